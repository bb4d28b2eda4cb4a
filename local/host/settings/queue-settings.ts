import type { SettingsSection } from './settings-section.ts';

/** `extensions.queues`: they hold for every queue function of the app. */
export interface QueueSettings {
  /** Messages fetched at a time. */
  readonly batchSize: number;
  /** The next ones are fetched when no more than these are running. */
  readonly newBatchThreshold: number;
  /** How long a message stays away after a failure. */
  readonly visibilityTimeoutMs: number;
  readonly maxDequeueCount: number;
  readonly maxPollingIntervalMs: number;
  readonly messageEncoding: 'base64' | 'none';
  /** How long a message stays invisible when its host died; renewed while a host works on it. */
  readonly leaseMs: number;
}

/** The longest pause between polls where the host runs for development; in Azure it is a minute. */
const maxPollingIntervalDefaultMs = 2000;
/** The Functions host has this fixed; a test may not want to wait so long. */
const leaseDefaultSeconds = 600;
const leaseVariable = 'SLUICE_TWIN_QUEUE_LEASE_SECONDS';
const weekMs = 7 * 86_400_000;

/** Reads `extensions.queues` with the defaults of the Storage extension. */
export function readQueueSettings(
  section: SettingsSection,
  environment: Readonly<Record<string, string | undefined>>,
): QueueSettings {
  const batchSize = section.integer('batchSize', 16, { min: 1, max: 32 });
  return {
    batchSize,
    newBatchThreshold: section.integer('newBatchThreshold', Math.floor(batchSize / 2), { min: 0, max: 1000 }),
    visibilityTimeoutMs: section.timeSpanMs('visibilityTimeout', 0, { min: 0, max: weekMs }),
    maxDequeueCount: section.integer('maxDequeueCount', 5),
    maxPollingIntervalMs: section.timeSpanMs('maxPollingInterval', maxPollingIntervalDefaultMs, {
      min: 100,
      max: weekMs,
    }),
    messageEncoding: section.word('messageEncoding', ['base64', 'none'], 'base64'),
    leaseMs: readLeaseSeconds(environment[leaseVariable]) * 1000,
  };
}

function readLeaseSeconds(text: string | undefined): number {
  if (text === undefined || text === '') return leaseDefaultSeconds;
  const seconds = Number(text);
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= leaseDefaultSeconds) return seconds;
  throw new Error(`${leaseVariable} must be an integer from 1 to ${leaseDefaultSeconds}, but it is "${text}".`);
}
