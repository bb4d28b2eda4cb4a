import type { IncomingMessage, ServerResponse } from 'node:http';
import { type FunctionMetadata, versions } from '../worker/worker-messages.ts';
import { answerEmpty, answerJson } from './answer.ts';

export interface AdminOptions {
  readonly hostId: string;
  readonly registered: readonly FunctionMetadata[];
  readonly isEnabled: (functionName: string) => boolean;
  /** Runs a timer function now, its name in any case; false when there is none. */
  readonly runTimer: (functionName: string) => boolean;
}

const startedAtMs = Date.now();

/**
 * Answers the host's own addresses under /admin. No key is asked for: the host listens on this machine alone, as Core Tools does.
 * @returns false when the path is none of them
 */
export function answerAdmin(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  options: AdminOptions,
): boolean {
  const [, room, ...rest] = path.toLowerCase().replace(/\/$/, '').split('/');
  if (room !== 'admin') return false;
  const address = rest.join('/');
  if (address === 'host/ping') answerEmpty(response, 200);
  else if (address === 'host/status') answerJson(response, 200, statusOf(options));
  else if (address === 'functions' && request.method === 'GET') answerJson(response, 200, listOf(options));
  else if (rest[0] === 'functions' && rest.length === 2 && request.method === 'POST') {
    answerEmpty(response, options.runTimer(rest[1] ?? '') ? 202 : 404);
  } else answerEmpty(response, 404);
  return true;
}

function statusOf({ hostId }: AdminOptions) {
  return {
    id: hostId,
    state: 'Running',
    version: versions.host,
    versionDetails: versions.host,
    processUptime: Date.now() - startedAtMs,
    errors: [],
  };
}

function listOf({ registered, isEnabled }: AdminOptions) {
  return registered.map(({ name, bindings }) => ({
    name,
    language: 'node',
    isDisabled: !isEnabled(name),
    config: { name, bindings: Object.entries(bindings).map(([bindingName, rest]) => ({ ...rest, name: bindingName })) },
  }));
}
