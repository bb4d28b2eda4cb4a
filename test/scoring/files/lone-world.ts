import { gzipSync, zstdDecompressSync } from 'node:zlib';
import { parquetReadObjects } from 'hyparquet';
import { readingsCsv } from '../../../local/devices/readings-csv.ts';
import { FileModelRepository } from '../../../src/adapters/file-model-repository.ts';
import { loadOnnxScorer } from '../../../src/adapters/onnx-scorer.ts';
import { SharedRuns } from '../../../src/scoring/files/shared-runs.ts';
import { ModelRegistry } from '../../../src/scoring/model-registry.ts';
import { scoreFile } from '../../../src/scoring/score-file.ts';
import { bundledModels, keepingLog } from '../bundled-model.ts';
import { changedRepository, MemoryFiles, MemorySink } from '../memory-ports.ts';
import { MemoryPieces, MemoryQueues, MemoryRecords, MemoryReports } from './memory-runs.ts';
import { type Life, mortal } from './mortal-ports.ts';

export const rows = 5_000;
/** Gives stretches of 1,024 rows: five of them. */
export const partBytes = 1 << 16;
export const smallerPartBytes = 1 << 15;

const registries: ModelRegistry[] = [];
export const releaseAll = () => Promise.all(registries.map((registry) => registry.release()));

/** The bundled model behind a route that says this. */
export function registryOf(route: object): ModelRegistry {
  const routes = async () => ({ files: [{ prefix: 'machine-failure/', model: 'machine-failure', ...route }] });
  const repository = changedRepository(new FileModelRepository(bundledModels), { routes });
  const registry = new ModelRegistry(repository, loadOnnxScorer);
  registries.push(registry);
  return registry;
}

/** Rows of which some are wrong, and some are there twice. */
async function sample(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of readingsCsv({ machines: 20, seed: 7, rows })) chunks.push(chunk);
  const [head, ...lines] = Buffer.concat(chunks).toString().trimEnd().split('\n');
  const written = lines.map((line, i) => {
    if (i % 97 === 5) return line.replace(/,[^,]*$/, ',soon');
    return i % 89 === 50 ? lines[i - 49]! : line;
  });
  return [head, ...written, ''].join('\n');
}
const text = await sample();

export const packed = { blob: 'machine-failure/a.csv.gz', bytes: gzipSync(text) };
export const plain = { blob: 'machine-failure/a.csv', bytes: Buffer.from(text) };

const compressors = { ZSTD: (bytes: Uint8Array) => zstdDecompressSync(bytes) };

/** Storage that instances share, and a file in it. */
export class World {
  readonly files = new MemoryFiles();
  readonly records = new MemoryRecords();
  readonly pieces = new MemoryPieces(this.files.results);
  readonly reports = new MemoryReports(this.files.results);
  readonly sink = new MemorySink();
  readonly #blob: string;
  readonly #registry: ModelRegistry;
  #announced = 0;

  constructor({ blob, bytes }: typeof packed, registry: ModelRegistry) {
    this.#blob = blob;
    this.#registry = registry;
    this.files.upload(blob, bytes, '0x1');
  }

  /** One more instance takes the message of the file. @returns how that ended */
  async deliver(life: Life = { steps: Number.POSITIVE_INFINITY }, options: Partial<SharedRuns> = {}) {
    const number = this.#announced++;
    // Each time the bytes come in other pieces.
    this.files.pieceBytes = [4_000, 1_777, 9_001][number % 3]!;
    const { files, records, reports, pieces, sink } = this;
    const runs = new SharedRuns({
      records: mortal(records, life),
      reports,
      pieces: mortal(pieces, life),
      queues: new MemoryQueues(),
      partBytes,
      endPatienceMs: 20,
      ...options,
    });
    const scoring = { registry: this.#registry, source: files, results: mortal(files, life), sink, runs };
    const blob = { container: 'incoming', name: this.#blob, sequencer: undefined };
    return scoreFile(scoring, blob, { number, isLast: false }, keepingLog()).catch((error) => error as Error);
  }

  /** Lets something happen before the next one writes this record. */
  beforeRecord(name: string, what: () => Promise<unknown>): void {
    const create = this.records.create.bind(this.records);
    let isNext = true;
    this.records.create = async (path, ...args) => {
      if (isNext && path.endsWith(`/${name}.json`)) {
        isNext = false;
        await what();
      }
      return create(path, ...args);
    };
  }

  /** All files of the result; of the report what does not tell of times. */
  results(): Record<string, unknown> {
    const named = [...this.files.results.keys()].map((path) => {
      const name = path.split('/').at(-1)!;
      if (name !== 'report.json') return [name, this.pieces.bytes.get(path)?.toString('latin1')];
      const { startedAt, durationMs, rowsPerSecond, cost, ...report } = JSON.parse(this.files.results.get(path)!);
      return [name, report];
    });
    return Object.fromEntries(named.toSorted());
  }

  /** Rows that have receipts. */
  keptRows(): number {
    const kept = [...this.records.stored].filter(([path]) => path.includes('/stretches/'));
    return kept.reduce((sum, [, { labels }]) => sum + Number(labels.rows), 0);
  }

  async scoredRows(): Promise<number[]> {
    const paths = [...this.pieces.bytes.keys()].filter((path) => path.endsWith('.parquet')).toSorted();
    const found: number[] = [];
    for (const path of paths) {
      const file = Uint8Array.from(this.pieces.bytes.get(path)!).buffer;
      for (const { row } of await parquetReadObjects({ file, compressors })) found.push(Number(row));
    }
    return found;
  }
}
