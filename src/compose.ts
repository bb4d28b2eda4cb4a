import { join } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import { type Connection, openBlobService, openCosmosContainer } from './adapters/azure-clients.ts';
import { BlobResultFiles } from './adapters/blob-result-files.ts';
import { BlobSideTrack } from './adapters/blob-side-track.ts';
import { BlobSink } from './adapters/blob-sink.ts';
import { BlobSourceFiles } from './adapters/blob-source-files.ts';
import { CosmosSink } from './adapters/cosmos-sink.ts';
import { FileModelRepository } from './adapters/file-model-repository.ts';
import { loadOnnxScorer } from './adapters/onnx-scorer.ts';
import { ScoringError } from './core/fault.ts';
import { connections, containers, cosmos } from './core/resources.ts';
import { ModelRegistry } from './scoring/model-registry.ts';
import { Remembered } from './scoring/remembered.ts';
import type { EventScoring } from './scoring/score-events.ts';
import type { FileScoring } from './scoring/score-file.ts';
import type { RequestScoring } from './scoring/score-request.ts';
import { statusOf } from './scoring/status.ts';

/** Everything that the doors use. */
export interface Scoring extends EventScoring, FileScoring, RequestScoring {
  readonly registry: ModelRegistry;
}

type Environment = Readonly<Record<string, string | undefined>>;

let composed: Scoring | undefined;

/** The app, wired once a process, when a door first needs it. Nothing is opened or loaded yet. */
export function scoring(): Scoring {
  composed ??= compose(process.env);
  return composed;
}

/** Wires the app from its settings. A setting that is missing is a fault of the first thing that needs it. */
export function compose(environment: Environment): Scoring {
  const folder = environment.SLUICE_MODELS_FOLDER ?? join(process.cwd(), 'models');
  const registry = new ModelRegistry(new FileModelRepository(folder), loadOnnxScorer);
  const storage = new Remembered(() =>
    openBlobService(connectionOf(environment, connections.storage, 'blobServiceUri')),
  );
  const container = (name: string) => async () => (await storage.value()).getContainerClient(name);
  const { database, containers: tables } = cosmos;
  const predictions = new Remembered(() =>
    openCosmosContainer(
      connectionOf(environment, connections.cosmos, 'accountEndpoint'),
      database,
      tables.predictions.name,
    ),
  );
  const cosmosSink = new CosmosSink(() => predictions.value());
  return {
    registry,
    sink: cosmosSink,
    sinks: { cosmos: cosmosSink, blob: new BlobSink(container(containers.results)) },
    sideTrack: new BlobSideTrack(container(containers.deadLetters), container(containers.parked)),
    source: new BlobSourceFiles(() => storage.value()),
    results: new BlobResultFiles(container(containers.results)),
    status: () => statusOf(packageJson.version, settingsProblems(environment), registry),
  };
}

/** A connection string under the name itself, or an address under `<name>__<suffix>` that is used with the app's identity. */
function connectionOf(environment: Environment, name: string, suffix: string): Connection {
  const connectionString = environment[name];
  if (connectionString) return { connectionString };
  const endpoint = environment[`${name}__${suffix}`];
  if (endpoint) return { endpoint, clientId: environment[`${name}__clientId`] };
  throw new ScoringError('settings.missing', missingSetting(name, suffix), { retryable: true });
}

const missingSetting = (name: string, suffix: string) =>
  `The app setting ${name} is missing: set it to a connection string, or ${name}__${suffix} to the address of the service.`;

const suffixes = { events: 'fullyQualifiedNamespace', storage: 'blobServiceUri', cosmos: 'accountEndpoint' } as const;

function settingsProblems(environment: Environment): string[] {
  return Object.entries(connections)
    .map(([service, name]) => [name, suffixes[service as keyof typeof suffixes]] as const)
    .filter(([name, suffix]) => !environment[name] && !environment[`${name}__${suffix}`])
    .map(([name, suffix]) => missingSetting(name, suffix));
}
