import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { ContainerClient } from '@azure/storage-blob';
import hostJson from '../host.json' with { type: 'json' };
import packageJson from '../package.json' with { type: 'json' };
import { type Connection, openBlobService, openCosmosDatabase, openEventHub } from './adapters/azure-clients.ts';
import { BlobInFlightMarkers } from './adapters/blob-in-flight-markers.ts';
import { BlobKeyStore } from './adapters/blob-key-store.ts';
import { BlobLedger } from './adapters/blob-ledger.ts';
import { BlobModelRepository } from './adapters/blob-model-repository.ts';
import { BlobRecords } from './adapters/blob-records.ts';
import { BlobSideTrack } from './adapters/blob-side-track.ts';
import { BlobSink } from './adapters/blob-sink.ts';
import { CosmosLatest } from './adapters/cosmos-latest.ts';
import { CosmosPackedSink } from './adapters/cosmos-packed-sink.ts';
import { CosmosResends } from './adapters/cosmos-resends.ts';
import { CosmosSink } from './adapters/cosmos-sink.ts';
import { EventHubOutbound } from './adapters/event-hub-outbound.ts';
import { FileModelRepository } from './adapters/file-model-repository.ts';
import { fileReaders } from './adapters/file-readers.ts';
import { LayeredModelRepository } from './adapters/layered-model-repository.ts';
import { machineMemoryBytes } from './adapters/models/machine-memory.ts';
import { PackageCache } from './adapters/models/package-cache.ts';
import { openFiles } from './adapters/open-runs.ts';
import { OtelMetrics } from './adapters/telemetry/otel-metrics.ts';
import { telemetryOptionsOf } from './adapters/telemetry/telemetry-options.ts';
import { loadScorer } from './adapters/threaded-scorer.ts';
import { keyRingOf } from './core/access/key-secret.ts';
import { attemptTimesOf } from './core/attempt-times.ts';
import { ScoringError } from './core/fault.ts';
import { numberSetting, numberSettingProblem, type Settings } from './core/number-setting.ts';
import {
  accessSettings,
  callSettings,
  connections,
  containers,
  cosmos,
  fileSettings,
  modelSettings,
  outboundConnection,
  streamSettings,
} from './core/resources.ts';
import type { CallAccess } from './scoring/access/call-access.ts';
import type { TimedEventScoring } from './scoring/attempt-events.ts';
import { CrashWatch } from './scoring/crashes/crash-watch.ts';
import type { FileReconciler } from './scoring/files/reconcile-files.ts';
import type { PartScoring } from './scoring/files/score-part.ts';
import { CallGate } from './scoring/http/call-gate.ts';
import { callLimitsOf } from './scoring/http/call-limits.ts';
import type { RequestScoring } from './scoring/http/http-scoring.ts';
import { MeasuredSink } from './scoring/metrics/measured-sink.ts';
import { noMetrics } from './scoring/metrics/no-metrics.ts';
import { ModelRegistry, refreshMsDefault } from './scoring/model-registry.ts';
import type { Draining } from './scoring/parked/drain-parked.ts';
import { parkedSummary } from './scoring/parked/parked-summary.ts';
import type { DeadLetter, Metrics, ModelRepository, OutboundMessage, ParkedRecord, Sink } from './scoring/ports.ts';
import { Remembered } from './scoring/remembered.ts';
import { SinkCircuit } from './scoring/sink-circuit.ts';
import { statusOf } from './scoring/status.ts';

/** The setting that goes over host.json. */
const functionTimeout = 'AzureFunctionsJobHost__functionTimeout';

/** How long it is believed how much is parked. */
const parkedMs = 10_000;

/** Everything that the doors use. */
export interface Scoring extends TimedEventScoring, Draining, PartScoring, RequestScoring {
  readonly registry: ModelRegistry;
  readonly fileReconciler: FileReconciler;
}

type Environment = Settings;

let composed: Scoring | undefined;

/** The app, wired once a process, when a door first needs it. Nothing is opened or loaded yet. */
export function scoring(): Scoring {
  composed ??= compose(process.env);
  return composed;
}

/** When parked records are drained: each minute, unless a setting says otherwise. The host judges whether that can be. */
export const drainSchedule = (environment: Environment = process.env): string =>
  environment[streamSettings.drainSchedule] || '0 * * * * *';

/** When uploads are compared with runs: every ten minutes, unless a setting says otherwise. */
export const reconcileSchedule = (environment: Environment = process.env): string =>
  environment[fileSettings.reconcileSchedule] || '0 */10 * * * *';

/** Wires the app from its settings. A setting that is missing is a fault of the first thing that needs it. */
export function compose(environment: Environment): Scoring {
  const storage = new Remembered(() =>
    openBlobService(connectionOf(environment, connections.storage, 'blobServiceUri')),
  );
  const container = (name: string) => async () => (await storage.value()).getContainerClient(name);
  const database = new Remembered(() =>
    openCosmosDatabase(connectionOf(environment, connections.cosmos, 'accountEndpoint'), cosmos.database),
  );
  const deadLetters = new BlobRecords<DeadLetter>(container(containers.deadLetters));
  const parked = new BlobRecords<ParkedRecord>(container(containers.parked));
  const parkedNow = new Remembered(() => parkedSummary(parked), parkedMs);
  const table = (name: keyof typeof cosmos.containers) => async () =>
    (await database.value()).container(cosmos.containers[name].name);
  const telemetry = telemetryOptionsOf(environment, packageJson.version);
  const metrics = telemetry === undefined ? noMetrics : new OtelMetrics(telemetry);
  const registry = composeRegistry(environment, modelsContainer(environment, container(containers.models)), metrics);
  const cosmosSink = new SinkCircuit(new MeasuredSink(new CosmosSink(table('predictions')), metrics));
  const packedSink = new SinkCircuit(new MeasuredSink(new CosmosPackedSink(table('predictions')), metrics));
  const blobSink = new SinkCircuit(new MeasuredSink(new BlobSink(container(containers.results)), metrics));
  const callLimits = callLimitsOf(environment);
  const files = openFiles({
    registry,
    blobs: () => storage.value(),
    queues: () => connectionOf(environment, connections.storage, 'queueServiceUri'),
    partMegabytes: numberSetting(environment, fileSettings.partMegabytes),
  });
  return {
    ...files,
    registry,
    sink: cosmosSink,
    sinks: { cosmos: cosmosSink, packed: packedSink, blob: blobSink },
    metrics,
    parked,
    deadLetters,
    sideTrack: new BlobSideTrack(deadLetters, parked),
    latest: new SinkCircuit(new CosmosLatest(table('latest'))),
    resends: new SinkCircuit(new CosmosResends(table('resends'))),
    outbound: composeOutbound(environment),
    ledger: new BlobLedger(container(containers.ledger)),
    crashWatch: new CrashWatch(new BlobInFlightMarkers(container(containers.inFlight)), randomUUID()),
    attemptTimes: attemptTimesOf(environment[functionTimeout] ?? hostJson.functionTimeout),
    readers: fileReaders,
    version: packageJson.version,
    limits: callLimits,
    access: composeAccess(environment, container(containers.access)),
    gate: new CallGate(callLimits),
    status: () => statusOf(packageJson.version, settingsProblems(environment), registry, () => parkedNow.value()),
  };
}

/** Published models may lie in an account of their own, which the app can read and not write. */
function modelsContainer(
  environment: Environment,
  inDataAccount: () => Promise<ContainerClient>,
): () => Promise<ContainerClient> {
  if (!hasConnection(environment, modelSettings.connection, 'blobServiceUri')) return inDataAccount;
  const account = new Remembered(() =>
    openBlobService(connectionOf(environment, modelSettings.connection, 'blobServiceUri')),
  );
  return async () => (await account.value()).getContainerClient(containers.models);
}

/** Who may call: nobody without a key, unless a setting says otherwise. */
function composeAccess(environment: Environment, container: () => Promise<ContainerClient>): CallAccess {
  const store = new BlobKeyStore(container);
  const ring = new Remembered(async () => keyRingOf(await store.read()), refreshMsOf(environment));
  const isOn = (name: string) => environment[name] === 'on';
  return {
    isAnonymous: isOn(accessSettings.anonymous),
    hasEasyAuth: isOn(accessSettings.easyAuth),
    hasDocs: isOn(accessSettings.docs),
    // Waits for a newer one when it is too old: a key that was revoked in the night is not good in the morning.
    keys: () => ring.value(),
  };
}

/** Hubs that scores are sent on to: each is opened once a process, when it is first needed. */
function composeOutbound(environment: Environment): Scoring['outbound'] {
  const suffix = suffixes.events;
  const name = hasConnection(environment, outboundConnection, suffix) ? outboundConnection : connections.events;
  const hubs = new Map<string, Sink<OutboundMessage>>();
  return (hub) => {
    let sink = hubs.get(hub);
    if (sink === undefined) {
      const producer = new Remembered(() => openEventHub(connectionOf(environment, name, suffix), hub));
      sink = new SinkCircuit(new EventHubOutbound(hub, () => producer.value()));
      hubs.set(hub, sink);
    }
    return sink;
  };
}

/** Of this machine's memory, what models may hold when no setting says so; the rest is for batches, host and runtime. */
const memoryShare = 0.5;

/** Timers take no more, and an alias that is followed once a day is not followed. */
const refreshMsMax = 24 * 3_600_000;

/** Models in memory: published ones over bundled ones, where the app has storage. */
function composeRegistry(
  environment: Environment,
  models: () => Promise<ContainerClient>,
  metrics: Metrics,
): ModelRegistry {
  const { memoryMb, cacheMb } = modelSettings;
  const megabytes = (name: string) => {
    const value = numberSetting(environment, name);
    return value === undefined ? undefined : value * 2 ** 20;
  };
  const bundled = new FileModelRepository(environment[modelSettings.folder] ?? join(process.cwd(), 'models'));
  const cache = new PackageCache({ folder: environment[modelSettings.cacheFolder], bytesMax: megabytes(cacheMb) });
  const repository: ModelRepository = hasConnection(environment, connections.storage, 'blobServiceUri')
    ? new LayeredModelRepository(new BlobModelRepository(models, cache), bundled)
    : bundled;
  const bytesMax = megabytes(memoryMb) ?? memoryShare * machineMemoryBytes();
  return new ModelRegistry(repository, loadScorer, {
    memory: { bytesMax, residentBytes: () => process.memoryUsage.rss() },
    refreshMs: refreshMsOf(environment),
    onRefused: (refused) => metrics.record('modelRefusals', 1, { ...refused }),
  });
}

function refreshMsOf(environment: Environment): number {
  const seconds = numberSetting(environment, modelSettings.refreshSeconds);
  return seconds === undefined ? refreshMsDefault : Math.min(refreshMsMax, seconds * 1000);
}

/** A connection string under the name itself, or an address under `<name>__<suffix>` that is used with the app's identity. */
function connectionOf(environment: Environment, name: string, suffix: string): Connection {
  const connectionString = environment[name];
  if (connectionString) return { connectionString };
  const endpoint = environment[`${name}__${suffix}`];
  if (endpoint) return { endpoint, clientId: environment[`${name}__clientId`] };
  throw new ScoringError('settings.missing', missingSetting(name, suffix), { retryable: true });
}

const hasConnection = (environment: Environment, name: string, suffix: string): boolean =>
  Boolean(environment[name] || environment[`${name}__${suffix}`]);

const missingSetting = (name: string, suffix: string) =>
  `The app setting ${name} is missing: set it to a connection string, or ${name}__${suffix} to the address of the service.`;

const suffixes = { events: 'fullyQualifiedNamespace', storage: 'blobServiceUri', cosmos: 'accountEndpoint' } as const;

function settingsProblems(environment: Environment): string[] {
  const missing = Object.entries(connections)
    .map(([service, name]) => [name, suffixes[service as keyof typeof suffixes]] as const)
    .filter(([name, suffix]) => !hasConnection(environment, name, suffix))
    .map(([name, suffix]) => missingSetting(name, suffix));
  const { memoryMb, cacheMb, refreshSeconds } = modelSettings;
  const wrong = [memoryMb, cacheMb, refreshSeconds, fileSettings.partMegabytes, ...Object.values(callSettings)]
    .map((name) => numberSettingProblem(environment, name))
    .filter((problem) => problem !== undefined);
  const switches = Object.values(accessSettings)
    .filter((name) => !['on', 'off', '', undefined].includes(environment[name]))
    .map((name) => `The app setting ${name} is ${JSON.stringify(environment[name])}: expected on or off.`);
  return [...missing, ...wrong, ...switches];
}
