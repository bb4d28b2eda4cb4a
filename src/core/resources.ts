/**
 * The one table of everything that must exist outside the app: containers, queues, hubs, databases.
 * Infrastructure, local twin, app and tests all hold themselves against it.
 */

/** Names of the app settings that hold a connection; with identity the same names carry a suffix (`__fullyQualifiedNamespace`). */
export const connections = {
  events: 'SLUICE_EVENTS',
  storage: 'SLUICE_STORAGE',
  cosmos: 'SLUICE_COSMOS',
} as const;

/** App setting with the connection to the hubs that scores are sent on to; that of `events` holds where it is absent. */
export const outboundConnection = 'SLUICE_OUTBOUND';

/** App settings about models in memory and on disk; all may be absent. */
export const modelSettings = {
  /** Connection of the account that holds published models, where it is not that of the data. */
  connection: 'SLUICE_MODELS',
  /** Where the bundled models lie. */
  folder: 'SLUICE_MODELS_FOLDER',
  /** What all loaded models together may hold in memory. */
  memoryMb: 'SLUICE_MODEL_MEMORY_MB',
  /** Where published packages are kept on disk, and how much they may take. */
  cacheFolder: 'SLUICE_MODEL_CACHE_FOLDER',
  cacheMb: 'SLUICE_MODEL_CACHE_MB',
  /** How often aliases and routes are read. */
  refreshSeconds: 'SLUICE_MODEL_REFRESH_SECONDS',
} as const;

/** App settings about who may call: `on` or `off`; all are off when absent, and on at the local twin, Easy Auth excepted. */
export const accessSettings = {
  /** Everybody may score and look, without a key. */
  anonymous: 'SLUICE_ANONYMOUS',
  /** Easy Auth stands before the app, and its headers say who calls. */
  easyAuth: 'SLUICE_EASY_AUTH',
  /** The page of documentation, OpenAPI and the repository's routes are served. */
  docs: 'SLUICE_DOCS',
} as const;

/** App settings about what calls may cost; all may be absent. */
export const callSettings = {
  /** Body of a call for a model of rows, and for a model of tensors. */
  rowsMegabytes: 'SLUICE_CALL_ROWS_MB',
  tensorsMegabytes: 'SLUICE_CALL_TENSORS_MB',
  rows: 'SLUICE_CALL_ROWS',
  /** How long a call may take, and how long its body. */
  seconds: 'SLUICE_CALL_SECONDS',
  bodySeconds: 'SLUICE_CALL_BODY_SECONDS',
  /** Calls that are worked on at once, that wait for it, and the bodies of all of them. */
  calls: 'SLUICE_CALLS',
  callsWaiting: 'SLUICE_CALLS_WAITING',
  callsMegabytes: 'SLUICE_CALLS_MB',
} as const;

/** App settings about streams; all may be absent. */
export const streamSettings = {
  /** When parked records are drained: an NCRONTAB expression. */
  drainSchedule: 'SLUICE_DRAIN_SCHEDULE',
} as const;

/** App settings about files; all may be absent. */
export const fileSettings = {
  /** A larger file is cut into parts of about so many megabytes. */
  partMegabytes: 'SLUICE_PART_MB',
  /** When uploads are compared with runs: an NCRONTAB expression. */
  reconcileSchedule: 'SLUICE_RECONCILE_SCHEDULE',
} as const;

/** Blob containers of the data account. */
export const containers = {
  /** Uploads: `<model or route>/<anything>`. */
  incoming: 'incoming',
  /** `<model>/<source path>/<run>/...`, and what streams write when their sink is `blob`. */
  results: 'results',
  /** What processes work on, so that a death tells over what: `<hub>/<partition>/<process>.json`. Empty most of the time. */
  inFlight: 'in-flight',
  /** Records that no repetition can score: `<reason>/<enqueued day>/<id>.json`. */
  deadLetters: 'dead-letters',
  /** Good records that wait for a sink that was out of reach: `<enqueued day>/<id>.json`. */
  parked: 'parked',
  /** What was received of the streams: `<hub>/<partition>/<hour of the last event>.ndjson`, append blobs. */
  ledger: 'ledger',
  /** Published models: `<model>/<version>/<file>`, `<model>/aliases.json`, `routes.json`. */
  models: 'models',
  /** What instances agree upon about runs of files: `<run>/run.json`, `plan.json`, `parts/<part>.json`, `end.json`. */
  runs: 'runs',
  /** Keys of callers, as salted hashes: `keys.json`. */
  access: 'access',
} as const;

/** Blob container of the host's account that keeps every package that was deployed: `<version>/<digest>.zip`, `deployments.json`. */
export const packagesContainer = 'packages';

/** Storage queues of the data account. */
export const queues = {
  /** Event Grid's BlobCreated messages for the container `incoming`. */
  incoming: 'incoming',
  /** Parts of large files, for any instance to score. */
  parts: 'parts',
} as const;

/** Event hubs; a hub's partition count is fixed for life. */
export const eventHubs = {
  telemetry: { name: 'telemetry', consumerGroup: 'scoring', partitions: 4 },
} as const;

/** Cosmos DB; `partitionKey` is the path of the container's key. */
export const cosmos = {
  database: 'scoring',
  containers: {
    predictions: { name: 'predictions', partitionKey: '/partition' },
    /** The last score of each key, for routes that say `latest`. */
    latest: { name: 'latest', partitionKey: '/key' },
    /** Messages that may come again, for routes that say `resends`. Each item has a time to live of its own. */
    resends: { name: 'resends', partitionKey: '/key', defaultTtlSeconds: -1 },
  },
} as const;

/**
 * Figures that the app sends through OpenTelemetry. A counter adds up, a histogram keeps how values are spread, a gauge is
 * the last value. Units are those of UCUM; `labels` tell apart what is counted.
 */
export const metrics = {
  rows: {
    name: 'sluice.rows',
    kind: 'counter',
    unit: '{row}',
    labels: ['hub', 'outcome'],
    what: 'Records of events by what became of them: scored, rejected, parked or skipped.',
  },
  rejects: {
    name: 'sluice.rejects',
    kind: 'counter',
    unit: '{row}',
    labels: ['hub', 'code'],
    what: 'Records that became dead letters, by code.',
  },
  skips: {
    name: 'sluice.skips',
    kind: 'counter',
    unit: '{row}',
    labels: ['hub', 'reason'],
    what: 'Records that were passed over on purpose, by reason.',
  },
  batchSize: {
    name: 'sluice.batch.size',
    kind: 'histogram',
    unit: '{event}',
    labels: ['hub'],
    what: 'Events of a batch.',
  },
  batchDuration: {
    name: 'sluice.batch.duration',
    kind: 'histogram',
    unit: 's',
    labels: ['hub', 'outcome'],
    what: 'How long an attempt at a batch took.',
  },
  oldestEventAge: {
    name: 'sluice.event.age',
    kind: 'histogram',
    unit: 's',
    labels: ['hub'],
    what: 'Age of the oldest event of a batch when all its records were in their places.',
  },
  sinkDuration: {
    name: 'sluice.sink.duration',
    kind: 'histogram',
    unit: 's',
    labels: ['sink'],
    what: 'How long a write of documents took.',
  },
  sinkErrors: {
    name: 'sluice.sink.errors',
    kind: 'counter',
    unit: '{document}',
    labels: ['sink', 'code'],
    what: 'Documents that did not go through at a try, by code.',
  },
  retries: {
    name: 'sluice.retries',
    kind: 'counter',
    unit: '{try}',
    labels: ['hub', 'of'],
    what: 'Batches that came again, and documents that were written again within an attempt.',
  },
  parkedRecords: {
    name: 'sluice.parked.records',
    kind: 'gauge',
    unit: '{record}',
    labels: [],
    what: 'Records that are parked.',
  },
  parkedAge: {
    name: 'sluice.parked.age',
    kind: 'gauge',
    unit: 's',
    labels: [],
    what: 'How long the oldest parked record has waited.',
  },
  modelRefusals: {
    name: 'sluice.model.refusals',
    kind: 'counter',
    unit: '{try}',
    labels: ['model', 'version', 'code'],
    what: 'Tries at which a version of a model did not load, or was not what its seal says, by code.',
  },
  documents: {
    name: 'sluice.documents',
    kind: 'counter',
    unit: '{document}',
    labels: ['sink', 'model', 'version'],
    what: 'Documents that were created, each counted once.',
  },
  scores: {
    name: 'sluice.score',
    kind: 'histogram',
    unit: '1',
    labels: ['model', 'version', 'output'],
    what: 'How the numbers are spread that a model answers.',
  },
  scoresBelowZero: {
    name: 'sluice.score.below_zero',
    kind: 'histogram',
    unit: '1',
    labels: ['model', 'version', 'output'],
    what: 'The same for numbers below zero, without their sign: a histogram takes no others.',
  },
  classes: {
    name: 'sluice.label',
    kind: 'counter',
    unit: '{row}',
    labels: ['model', 'version', 'output', 'label'],
    what: 'How often a model answers which class.',
  },
} as const satisfies Record<string, MetricDescription>;

export interface MetricDescription {
  readonly name: string;
  readonly kind: 'counter' | 'histogram' | 'gauge';
  readonly unit: string;
  readonly labels: readonly string[];
  readonly what: string;
}
