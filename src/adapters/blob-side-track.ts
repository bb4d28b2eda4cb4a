import type { ContainerClient } from '@azure/storage-blob';
import type { DeadLetter, ParkedRecord, SideTrack } from '../scoring/ports.ts';
import { blobFailure } from './blob-failure.ts';
import { inPool } from './pool.ts';

const requestsMax = 32;

/** Dead letters and parked records as one blob each. Writing one again writes the same. */
export class BlobSideTrack implements SideTrack {
  readonly #deadLetters: () => Promise<ContainerClient>;
  readonly #parked: () => Promise<ContainerClient>;

  /** @param deadLetters, parked open the containers when they are first needed */
  constructor(deadLetters: () => Promise<ContainerClient>, parked: () => Promise<ContainerClient>) {
    this.#deadLetters = deadLetters;
    this.#parked = parked;
  }

  async writeDeadLetters(letters: readonly DeadLetter[]): Promise<void> {
    await writeAll(this.#deadLetters, letters, ({ reason, source, id }) => `${reason}/${dayOf(source)}/${id}.json`);
  }

  async park(records: readonly ParkedRecord[]): Promise<void> {
    await writeAll(this.#parked, records, ({ source, id }) => `${dayOf(source)}/${id}.json`);
  }
}

const dayOf = ({ enqueuedAt }: DeadLetter['source']) => enqueuedAt.slice(0, 10);

async function writeAll<T>(
  open: () => Promise<ContainerClient>,
  records: readonly T[],
  pathOf: (record: T) => string,
): Promise<void> {
  if (records.length === 0) return;
  const container = await open();
  await inPool(records, requestsMax, async (record) => {
    const text = `${JSON.stringify(record, null, 2)}\n`;
    const path = pathOf(record);
    const options = { blobHTTPHeaders: { blobContentType: 'application/json' } };
    await container
      .getBlockBlobClient(path)
      .upload(text, Buffer.byteLength(text), options)
      .catch((error: unknown) => {
        throw blobFailure(`${container.containerName}/${path}`, error);
      });
  });
}
