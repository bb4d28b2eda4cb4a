import type { Digest } from '../../src/core/digest.ts';
import { ScoringError } from '../../src/core/fault.ts';
import type { LedgerEntry } from '../../src/core/ledger/ledger-entry.ts';
import type { ScoreDocument } from '../../src/core/outputs/score-document.ts';
import { compareDocuments } from '../../src/scoring/compare-documents.ts';
import type { PieceWriter, ResultPiece } from '../../src/scoring/files/run-ports.ts';
import { noMetrics } from '../../src/scoring/metrics/no-metrics.ts';
import type {
  DeadLetter,
  Ledger,
  ModelPackage,
  ModelRepository,
  OpenFile,
  ParkedRecord,
  ResultFiles,
  SideTrack,
  Sink,
  SinkResult,
  SourceFiles,
} from '../../src/scoring/ports.ts';
import type { StreamSinks } from '../../src/scoring/sinks/stream-sink.ts';
import { MemoryPieces } from './files/memory-runs.ts';

/** Ports kept in memory: what the use cases do is then seen without a server. The adapters have tests of their own. */

/** A sink that can be told to fail for chosen documents. */
export class MemorySink implements Sink {
  readonly name = 'memory';
  readonly documents = new Map<string, ScoreDocument>();
  /** What to answer instead of writing; undefined writes. */
  failure: (document: ScoreDocument) => SinkResult | undefined = () => undefined;

  async write(documents: readonly ScoreDocument[]): Promise<SinkResult[]> {
    return documents.map((document) => {
      const failed = this.failure(document);
      if (failed !== undefined) return failed;
      const stored = this.documents.get(document.id);
      if (stored !== undefined) return compareDocuments(document, stored);
      this.documents.set(document.id, document);
      return { kind: 'created' };
    });
  }
}

export const unavailable: SinkResult = {
  kind: 'error',
  error: new ScoringError('sink.unavailable', 'the database is dark', { retryable: true }),
};

export class MemorySideTrack implements SideTrack {
  readonly deadLetters = new Map<string, DeadLetter>();
  readonly parked = new Map<string, ParkedRecord>();
  isDown = false;

  async writeDeadLetters(letters: readonly DeadLetter[]): Promise<void> {
    this.#check(letters);
    for (const letter of letters) this.deadLetters.set(letter.id, letter);
  }

  async park(records: readonly ParkedRecord[]): Promise<void> {
    this.#check(records);
    for (const record of records) this.parked.set(record.id, record);
  }

  #check(records: readonly unknown[]): void {
    if (!this.isDown || records.length === 0) return;
    throw new ScoringError('storage.unavailable', 'blob storage is dark', { retryable: true });
  }
}

/** The sinks of a stream: documents in one that is given, and what a test replaces. */
export const streamSinksOf = (sink: Sink, changes: Partial<StreamSinks> = {}): StreamSinks => ({
  sinks: { cosmos: sink, packed: sink, blob: sink },
  latest: new MemorySink(),
  outbound: () => ({ name: 'memory', write: async (messages) => messages.map(() => ({ kind: 'created' })) }),
  resends: { name: 'memory', write: async (claims) => claims.map(() => ({ kind: 'created' })) },
  metrics: noMetrics,
  ...changes,
});

export class MemoryLedger implements Ledger {
  readonly entries: LedgerEntry[] = [];
  isDown = false;

  async append(entry: LedgerEntry): Promise<void> {
    if (this.isDown) throw new ScoringError('storage.unavailable', 'blob storage is dark', { retryable: true });
    this.entries.push(entry);
  }
}

/** A repository over another, whose answers can be replaced. */
export function changedRepository(base: ModelRepository, changes: Partial<ModelRepository>): ModelRepository {
  return {
    models: changes.models ?? (() => base.models()),
    versions: changes.versions ?? ((model) => base.versions(model)),
    aliases: changes.aliases ?? ((model) => base.aliases(model)),
    open: changes.open ?? ((model, version): Promise<ModelPackage> => base.open(model, version)),
    routes: changes.routes ?? (() => base.routes()),
  };
}

/** One uploaded file after the other, under its name. */
export class MemoryFiles implements SourceFiles, ResultFiles {
  readonly uploads = new Map<string, { bytes: Uint8Array; etag: string; lastModified: string }>();
  readonly results = new Map<string, string>();
  readonly #pieces = new MemoryPieces(this.results);
  /** Metadata `accept` of uploads. */
  readonly accepts = new Map<string, string>();
  /** Size of the pieces in which a file is read. */
  pieceBytes = 1_000;

  upload(
    blob: string,
    text: string | Uint8Array,
    etag = `0x${blob.length}`,
    lastModified = '2026-11-21T03:00:00.000Z',
  ): void {
    this.uploads.set(blob, { bytes: Buffer.from(text), etag, lastModified });
  }

  async open(_container: string, blob: string): Promise<OpenFile | undefined> {
    const upload = this.uploads.get(blob);
    if (upload === undefined) return undefined;
    const { bytes, etag, lastModified } = upload;
    const { pieceBytes } = this;
    async function* read(from = 0, to = bytes.length) {
      for (let at = from; at < to; at += pieceBytes) yield bytes.subarray(at, Math.min(at + pieceBytes, to));
    }
    return { etag, bytes: bytes.length, lastModified, accept: this.accepts.get(blob), read };
  }

  async exists(path: string): Promise<boolean> {
    return this.results.has(path);
  }

  async put(path: string, text: string): Promise<void> {
    this.results.set(path, text);
  }

  piece(path: string): PieceWriter {
    return this.#pieces.piece(path);
  }

  join(path: string, contentType: string, pieces: readonly ResultPiece[]): Promise<Digest> {
    return this.#pieces.join(path, contentType, pieces);
  }

  async movePointer(path: string, next: object, isNewer: (current: unknown) => boolean): Promise<void> {
    const current = this.results.get(path);
    if (current === undefined || !isNewer(JSON.parse(current))) this.results.set(path, JSON.stringify(next));
  }
}
