/**
 * How the host reads event hubs: `extensions.eventHubs` of host.json, for all hubs of the app. Each may be said by an app
 * setting as well, which goes over host.json.
 */
export interface StreamReading {
  /** Events of one invocation at most, and what it waits for before it begins with fewer. */
  readonly maxEventBatchSize: number;
  readonly minEventBatchSize: number;
  /** How long it waits for that: `hh:mm:ss`. */
  readonly maxWaitTime: string;
  /** Batches for one checkpoint. So many may come again after a crash, which changes nothing. */
  readonly batchCheckpointFrequency: number;
  /** Events of a partition that are fetched before they are asked for. */
  readonly prefetchCount: number;
  /** Events that wait, for one instance: more of them start another. */
  readonly targetUnprocessedEventThreshold: number;
}

/**
 * Invocations and checkpoints cost, events do not: `economy` collects for up to two seconds. `latency` begins with what is
 * there. The first is that of host.json and of deployments that do not say otherwise.
 */
export const streamProfiles = {
  economy: {
    maxEventBatchSize: 512,
    minEventBatchSize: 128,
    maxWaitTime: '00:00:02',
    batchCheckpointFrequency: 8,
    prefetchCount: 1_024,
    // Above what is collected on purpose: two seconds of a stream that is not behind are no reason to grow.
    targetUnprocessedEventThreshold: 2_048,
  },
  latency: {
    maxEventBatchSize: 256,
    minEventBatchSize: 1,
    maxWaitTime: '00:00:02',
    batchCheckpointFrequency: 1,
    prefetchCount: 512,
    targetUnprocessedEventThreshold: 512,
  },
} as const satisfies Record<string, StreamReading>;

export type StreamProfile = keyof typeof streamProfiles;

export const isStreamProfile = (name: string): name is StreamProfile => Object.hasOwn(streamProfiles, name);

/** What is said of a stream, and what an instance may spend on it. */
export interface StreamLoad {
  /** Body and properties of one event, in bytes. */
  readonly eventBytes: number;
  /** Of the hub: a single instance may have all of them. */
  readonly partitions: number;
  /** For events that were fetched and are not scored yet. */
  readonly memoryBytes: number;
}

/** Of a partition, the host holds a batch in work and twice as much that was fetched before it is asked for. */
const batchesHeld = 3;

/** A profile whose batches and prefetched events fit the memory, however large events are. */
export function boundedReading(
  profile: StreamProfile,
  { eventBytes, partitions, memoryBytes }: StreamLoad,
): StreamReading {
  const reading = streamProfiles[profile];
  const batchMax = Math.max(1, Math.floor(memoryBytes / (batchesHeld * partitions * eventBytes)));
  const maxEventBatchSize = Math.min(reading.maxEventBatchSize, batchMax);
  return {
    ...reading,
    maxEventBatchSize,
    minEventBatchSize: Math.min(reading.minEventBatchSize, maxEventBatchSize),
    prefetchCount: Math.min(reading.prefetchCount, (batchesHeld - 1) * batchMax),
  };
}

/** The values by their places in host.json: `extensions__eventHubs__maxEventBatchSize`, behind the prefix of the host's settings. */
export const overridesOf = (reading: StreamReading): Record<string, string> =>
  Object.fromEntries(Object.entries(reading).map(([name, value]) => [`extensions__eventHubs__${name}`, String(value)]));
