import * as z from 'zod';
import type { Fault } from '../fault.ts';
import { checkDocument } from '../schema-faults.ts';

/** A package of the app: its version, and the digest that tells two builds of one version apart. */
export interface Release {
  readonly version: string;
  /** SHA-256 of the zip, 64 hexadecimal digits. */
  readonly sha256: string;
}

const versionRule = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.]+)?$/;
const digits = 12;

/** Versions of the app have dots, names of models have none: so `rollback` can tell what is meant. */
export const isReleaseVersion = (text: string): boolean => versionRule.test(text.split('+')[0] ?? '');

/** How a release is named to people: `0.2.0+3f9c01d2aa47`. */
export const releaseName = ({ version, sha256 }: Release): string => `${version}+${sha256.slice(0, digits)}`;

/** Where its package is kept. The whole digest is in the name: a package is found, and judged, without another list. */
export const packagePath = ({ version, sha256 }: Release): string => `${version}/${sha256}.zip`;

/** The release whose package lies there; undefined for what is no package. */
export function releaseAt(path: string): Release | undefined {
  const [, version = '', sha256 = ''] = /^([^/]+)\/([0-9a-f]{64})\.zip$/.exec(path) ?? [];
  return versionRule.test(version) ? { version, sha256 } : undefined;
}

/** Whether somebody who types `0.2.0`, or `0.2.0+3f9c`, means this release. */
export function isMeant({ version, sha256 }: Release, asked: string): boolean {
  const [wanted, digest = ''] = asked.split('+');
  return version === wanted && sha256.startsWith(digest);
}

const deploymentSchema = z.strictObject({
  version: z.string().regex(versionRule),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  at: z.iso.datetime(),
  /** `good` answered its golden rows after the deployment, `bad` did not; `begun` was never heard of again. */
  outcome: z.enum(['begun', 'good', 'bad']),
  why: z.string().max(1_000).optional(),
});

const historySchema = z.strictObject({ format: z.literal(1), deployments: z.array(deploymentSchema).max(1_000) });

/** What was deployed when, oldest first. */
export type History = z.infer<typeof historySchema>;
export type Deployment = History['deployments'][number];

export const emptyHistory: History = { format: 1, deployments: [] };

/** @param root what the document holds, parsed */
export const parseHistory = (root: unknown): History | Fault[] => checkDocument(historySchema, root, 'package.broken');

const remembered = 500;

/** The history with one deployment more; the oldest are forgotten. */
export const withDeployment = ({ deployments }: History, added: Deployment): History => ({
  format: 1,
  deployments: [...deployments, added].slice(-remembered),
});

/** The history with the outcome of its last deployment of this release. */
export function withOutcome({ deployments }: History, release: Release, outcome: Deployment['outcome']): History {
  const last = deployments.findLastIndex(({ sha256 }) => sha256 === release.sha256);
  return { format: 1, deployments: deployments.map((each, i) => (i === last ? { ...each, outcome } : each)) };
}

/** What runs now: the last release that was begun. */
export const currentOf = ({ deployments }: History): Deployment | undefined => deployments.at(-1);

/** The last release that was good, other than this one. */
export const goodBefore = ({ deployments }: History, release: Release | undefined): Deployment | undefined =>
  deployments.findLast(({ sha256, outcome }) => outcome === 'good' && sha256 !== release?.sha256);
