import type { AppendBlobClient, ContainerClient } from '@azure/storage-blob';
import { type LedgerEntry, readLedgerEntry } from '../core/ledger/ledger-entry.ts';
import type { Ledger } from '../scoring/ports.ts';
import type { ReadLedger } from '../scoring/reconcile/reconcile.ts';
import { blobFailure, isLostRace, isNotFound } from './blob-failure.ts';

/** An append blob takes 50,000 blocks; the shortest line has about 150 bytes, so that this is reached first. */
const partBytesMaxDefault = 6 << 20;
const partsMax = 1_000;

/**
 * The ledger as append blobs: `<hub>/<partition>/<hour of the last event>.ndjson`, then `.1.ndjson` and so on where an
 * hour has more lines than a blob takes. In health an entry is one request.
 */
export class BlobLedger implements Ledger {
  readonly #container: () => Promise<ContainerClient>;
  readonly #partBytesMax: number;
  /** The part that each partition writes to; another process may be further. */
  readonly #parts = new Map<string, { hour: string; part: number }>();

  constructor(container: () => Promise<ContainerClient>, { partBytesMax = partBytesMaxDefault } = {}) {
    this.#container = container;
    this.#partBytesMax = partBytesMax;
  }

  async append(entry: LedgerEntry): Promise<void> {
    const folder = `${entry.hub}/${entry.partition}`;
    const hour = hourOf(entry.lastAt);
    try {
      const container = await this.#container();
      const known = this.#parts.get(folder);
      for (let part = known?.hour === hour ? known.part : 0; part < partsMax; part++) {
        const blob = container.getAppendBlobClient(`${folder}/${hour}${part === 0 ? '' : `.${part}`}.ndjson`);
        if (!(await this.#appendLine(blob, `${JSON.stringify(entry)}\n`))) continue;
        this.#parts.set(folder, { hour, part });
        return;
      }
      throw new RangeError(`${folder}/${hour} has more than ${partsMax} parts`);
    } catch (error) {
      throw blobFailure(`the ledger of ${folder}`, error);
    }
  }

  /** @returns false when the blob is full */
  async #appendLine(blob: AppendBlobClient, line: string): Promise<boolean> {
    const append = () =>
      blob.appendBlock(line, Buffer.byteLength(line), { conditions: { maxSize: this.#partBytesMax } });
    try {
      await append().catch(async (error: unknown) => {
        if (!isNotFound(error)) throw error;
        await createUnlessThere(blob);
        await append();
      });
      return true;
    } catch (error) {
      if (isLostRace(error)) return false;
      throw error;
    }
  }
}

async function createUnlessThere(blob: AppendBlobClient): Promise<void> {
  const options = { blobHTTPHeaders: { blobContentType: 'application/x-ndjson' }, conditions: { ifNoneMatch: '*' } };
  await blob.create(options).catch((error: unknown) => {
    if (!isLostRace(error)) throw error;
  });
}

/** ISO 8601 up to the hour. */
const hourOf = (time: string): string => time.slice(0, 13);

/** Reads what the ledger holds of a hub. @param since ISO 8601, UTC: only batches whose last event came from then on */
export async function readLedger(
  container: ContainerClient,
  hub: string,
  since: string | undefined,
): Promise<ReadLedger> {
  const entries: LedgerEntry[] = [];
  const broken: string[] = [];
  for await (const { name } of container.listBlobsFlat({ prefix: `${hub}/` })) {
    const hour = name.slice(name.lastIndexOf('/') + 1);
    if (since !== undefined && hour.slice(0, 13) < hourOf(since)) continue;
    const lines = (await container.getBlobClient(name).downloadToBuffer()).toString().split('\n');
    lines.forEach((line, i) => {
      const entry = line === '' ? undefined : readLedgerEntry(line);
      if (line !== '' && entry === undefined) broken.push(`${name} line ${i + 1}`);
      if (entry !== undefined && (since === undefined || entry.lastAt >= since)) entries.push(entry);
    });
  }
  return { entries, broken };
}
