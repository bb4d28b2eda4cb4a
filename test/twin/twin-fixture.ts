import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Container, CosmosClient } from '@azure/cosmos';
import { EventHubProducerClient } from '@azure/event-hubs';
import { type BlobClient, BlobServiceClient, type RestError } from '@azure/storage-blob';
import { afterAll, beforeAll } from 'vitest';
import type { LogLine } from '../../local/host/log.ts';
import { startTwin, type Twin, type TwinOptions } from '../../local/twin.ts';
import { containers, cosmos, eventHubs } from '../../src/core/resources.ts';
import { bundledModels } from '../scoring/bundled-model.ts';

export interface TwinFixture {
  readonly twin: Twin;
  readonly producer: EventHubProducerClient;
  readonly predictions: Container;
  readonly blobs: BlobServiceClient;
  /** Where the models of this twin lie. */
  readonly models: string;
  readonly log: readonly LogLine[];
  /** Text of all dead letters and parked records, by path. */
  sideTracked(container: 'deadLetters' | 'parked'): Promise<ReadonlyMap<string, string>>;
}

export interface FixtureOptions extends TwinOptions {
  readonly routes?: object;
  /** Adds to the folder of models before the twin starts. */
  readonly prepareModels?: (folder: string) => Promise<void>;
}

/** A record may be drained between its listing and its reading. */
async function textIfThere(blob: BlobClient): Promise<string | undefined> {
  try {
    return (await blob.downloadToBuffer()).toString();
  } catch (error) {
    if ((error as RestError).statusCode === 404) return undefined;
    throw error;
  }
}

/** The whole twin for the tests of one file, with the bundled models and, if given, routes of its own. */
export function useTwin(options: FixtureOptions = {}): () => TwinFixture {
  let fixture: TwinFixture;
  let client: CosmosClient;
  beforeAll(async () => {
    const models = await mkdtemp(join(tmpdir(), 'sluice-twin-'));
    await cp(bundledModels, models, { recursive: true });
    if (options.routes !== undefined) await writeFile(join(models, 'routes.json'), JSON.stringify(options.routes));
    await options.prepareModels?.(models);
    const log: LogLine[] = [];
    const settings = { SLUICE_MODELS_FOLDER: models, ...options.settings };
    const twin = await startTwin({ ...options, settings, onLog: (line) => log.push(line) });
    client = new CosmosClient(twin.connections.cosmos);
    const blobs = BlobServiceClient.fromConnectionString(twin.connections.storage);
    fixture = {
      twin,
      producer: new EventHubProducerClient(twin.connections.events, eventHubs.telemetry.name),
      predictions: client.database(cosmos.database).container(cosmos.containers.predictions.name),
      blobs,
      models,
      log,
      async sideTracked(name) {
        const container = blobs.getContainerClient(containers[name]);
        const found = new Map<string, string>();
        for await (const { name } of container.listBlobsFlat()) {
          const text = await textIfThere(container.getBlobClient(name));
          if (text !== undefined) found.set(name, text);
        }
        return found;
      },
    };
  });
  afterAll(async () => {
    client?.dispose();
    await fixture?.producer.close();
    await fixture?.twin.close();
    await rm(fixture?.models, { recursive: true, force: true });
  });
  return () => fixture;
}
