import type { SettingsSection } from './settings-section.ts';

/** `extensions.eventHubs`: they hold for every Event Hubs function of the app. */
export interface EventHubSettings {
  readonly maxEventBatchSize: number;
  readonly minEventBatchSize: number;
  /** How long a batch smaller than the minimum may wait for more events. */
  readonly maxWaitTimeMs: number;
  readonly prefetchCount: number;
  /** A checkpoint after every so many batches. */
  readonly batchCheckpointFrequency: number;
  /** Where a partition without a checkpoint starts. */
  readonly initialOffset:
    | { readonly type: 'fromStart' | 'fromEnd' }
    | { readonly type: 'fromEnqueuedTime'; readonly enqueuedTimeUtc: Date };
  readonly partitionOwnershipExpirationMs: number;
  readonly loadBalancingUpdateMs: number;
  readonly clientRetry: {
    readonly mode: 'exponential' | 'fixed';
    readonly maximumRetries: number;
    readonly delayMs: number;
    readonly maximumDelayMs: number;
    readonly tryTimeoutMs: number;
  };
}

const secondMs = 1000;
const minuteMs = 60_000;

/** Reads `extensions.eventHubs` with the defaults of the Event Hubs extension. */
export function readEventHubSettings(section: SettingsSection): EventHubSettings {
  const maxEventBatchSize = section.integer('maxEventBatchSize', 100);
  return {
    maxEventBatchSize,
    minEventBatchSize: section.integer('minEventBatchSize', 1, { min: 1, max: maxEventBatchSize }),
    maxWaitTimeMs: section.timeSpanMs('maxWaitTime', minuteMs, { min: 0, max: 10 * minuteMs }),
    prefetchCount: section.integer('prefetchCount', 300, { min: 0, max: 2 ** 16 }),
    batchCheckpointFrequency: section.integer('batchCheckpointFrequency', 1),
    initialOffset: readInitialOffset(section.section('initialOffsetOptions')),
    partitionOwnershipExpirationMs: section.timeSpanMs('partitionOwnershipExpirationInterval', 2 * minuteMs, {
      min: secondMs,
      max: 60 * minuteMs,
    }),
    loadBalancingUpdateMs: section.timeSpanMs('loadBalancingUpdateInterval', 30 * secondMs, {
      min: 100,
      max: 60 * minuteMs,
    }),
    clientRetry: readClientRetry(section.section('clientRetryOptions')),
  };
}

function readInitialOffset(section: SettingsSection): EventHubSettings['initialOffset'] {
  const type = section.word('type', ['fromStart', 'fromEnd', 'fromEnqueuedTime'], 'fromStart');
  if (type !== 'fromEnqueuedTime') return { type };
  const text = section.text('enqueuedTimeUtc', '');
  const enqueuedTimeUtc = new Date(text);
  if (Number.isNaN(enqueuedTimeUtc.getTime())) {
    throw new Error(
      `host.json: extensions.eventHubs.initialOffsetOptions.enqueuedTimeUtc must be a time such as 2026-01-31T00:00:00Z, but it is "${text}".`,
    );
  }
  return { type, enqueuedTimeUtc };
}

function readClientRetry(section: SettingsSection): EventHubSettings['clientRetry'] {
  return {
    mode: section.word('mode', ['exponential', 'fixed'], 'exponential'),
    maximumRetries: section.integer('maximumRetries', 3, { min: 0, max: 100 }),
    delayMs: section.timeSpanMs('delay', 800, { min: 1, max: 5 * minuteMs }),
    maximumDelayMs: section.timeSpanMs('maximumDelay', minuteMs, { min: 0, max: 60 * minuteMs }),
    tryTimeoutMs: section.timeSpanMs('tryTimeout', minuteMs, { min: secondMs, max: 60 * minuteMs }),
  };
}
