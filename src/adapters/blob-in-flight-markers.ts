import type { ContainerClient } from '@azure/storage-blob';
import type { InFlight } from '../core/in-flight.ts';
import type { InFlightMarkers } from '../scoring/crashes/in-flight-markers.ts';
import { blobFailure, isNotFound } from './blob-failure.ts';
import { inPool } from './pool.ts';

/** A batch waits for its marker: rather no answer than a late one. */
const requestMsMax = 5_000;
const readsAtOnce = 8;

/** One small blob for each place and process, `<place>/<life>.json`: processes do not write over each other. */
export class BlobInFlightMarkers implements InFlightMarkers {
  readonly #container: () => Promise<ContainerClient>;

  /** @param container opens the container when it is first needed */
  constructor(container: () => Promise<ContainerClient>) {
    this.#container = container;
  }

  async read(place: string): Promise<readonly InFlight[]> {
    return attempt(place, async () => {
      const container = await this.#container();
      const names: string[] = [];
      const pages = container.listBlobsFlat({ prefix: `${place}/`, abortSignal: inTime() });
      for await (const { name } of pages) names.push(name);
      const markers = await inPool(names, readsAtOnce, (name) => readMarker(container, name));
      return markers.filter((marker) => marker !== undefined);
    });
  }

  async write(place: string, marker: InFlight): Promise<void> {
    const text = JSON.stringify(marker);
    await attempt(place, async () => {
      const blob = (await this.#container()).getBlockBlobClient(pathOf(place, marker.life));
      const blobHTTPHeaders = { blobContentType: 'application/json' };
      await blob.upload(text, Buffer.byteLength(text), { blobHTTPHeaders, abortSignal: inTime() });
    });
  }

  async remove(place: string, life: string): Promise<void> {
    await attempt(place, async () => {
      const blob = (await this.#container()).getBlobClient(pathOf(place, life));
      await blob.deleteIfExists({ abortSignal: inTime() });
    });
  }
}

const pathOf = (place: string, life: string): string => `${place}/${life}.json`;

const inTime = () => AbortSignal.timeout(requestMsMax);

/** @returns undefined when another process has removed it in between */
async function readMarker(container: ContainerClient, name: string): Promise<InFlight | undefined> {
  try {
    const bytes = await container.getBlobClient(name).downloadToBuffer(0, undefined, { abortSignal: inTime() });
    return JSON.parse(bytes.toString()) as InFlight;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

async function attempt<T>(place: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw blobFailure(`in-flight/${place}`, error);
  }
}
