import type { Ask } from '../protocols/call-route.ts';
import type { Right } from './rights.ts';

/**
 * What a caller needs for what it asks. `of` says how far that reaches: the one model of the call, those that its key
 * names out of a list, or the whole app, for which a key of some models is not enough.
 */
export interface Need {
  readonly right: Right;
  readonly of: 'model' | 'listed models' | 'app';
}

/** Nothing, where the platform's probes ask, and where the answer is the same for everybody. */
export const needs: Readonly<Record<Ask['kind'], Need | undefined>> = {
  score: { right: 'score', of: 'model' },
  model: { right: 'metadata', of: 'model' },
  'model ready': { right: 'metadata', of: 'model' },
  swagger: { right: 'metadata', of: 'model' },
  server: { right: 'metadata', of: 'listed models' },
  version: { right: 'metadata', of: 'listed models' },
  models: { right: 'metadata', of: 'listed models' },
  'repository index': { right: 'metadata', of: 'listed models' },
  openapi: { right: 'metadata', of: 'listed models' },
  job: { right: 'score', of: 'listed models' },
  'job status': { right: 'score', of: 'listed models' },
  'job cancel': { right: 'score', of: 'listed models' },
  status: { right: 'metadata', of: 'app' },
  // The page knows nothing: what it shows it asks for with the key that is typed into it.
  docs: undefined,
  live: undefined,
  ready: undefined,
  ping: undefined,
  healthy: undefined,
  options: undefined,
  'method not allowed': undefined,
  'not found': undefined,
};

/** What is served only where the app's setting says so. */
export const documentation: ReadonlySet<Ask['kind']> = new Set<Ask['kind']>(['docs', 'openapi', 'repository index']);
