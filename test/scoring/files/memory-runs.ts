import { createHash } from 'node:crypto';
import { ScoringError } from '../../../src/core/fault.ts';
import type { PartMessage } from '../../../src/core/files/part-message.ts';
import type {
  ListedRecord,
  PieceFiles,
  PieceWriter,
  RecordLabels,
  ResultPiece,
  RunQueues,
  RunRecords,
  StoredRunRecord,
} from '../../../src/scoring/files/run-ports.ts';

/** What instances agree through, kept in memory. */
export class MemoryRecords implements RunRecords {
  readonly stored = new Map<string, { text: string; version: number; labels: RecordLabels; writtenAt: string }>();
  #version = 0;

  async read(path: string): Promise<StoredRunRecord | undefined> {
    const found = this.stored.get(path);
    return found && { value: JSON.parse(found.text), version: String(found.version) };
  }

  async create(path: string, value: object, labels: RecordLabels = {}): Promise<boolean> {
    if (this.stored.has(path)) return false;
    this.#put(path, value, labels);
    return true;
  }

  async replace(path: string, value: object, version: string): Promise<boolean> {
    const found = this.stored.get(path);
    if (found === undefined || String(found.version) !== version) return false;
    this.#put(path, value, found.labels);
    return true;
  }

  async *list(prefix: string): AsyncIterable<ListedRecord> {
    for (const path of [...this.stored.keys()].toSorted()) {
      const found = this.stored.get(path);
      if (path.startsWith(prefix) && found !== undefined) {
        yield { path, writtenAt: found.writtenAt, labels: found.labels };
      }
    }
  }

  async remove(path: string): Promise<void> {
    this.stored.delete(path);
  }

  #put(path: string, value: object, labels: RecordLabels): void {
    const writtenAt = new Date().toISOString();
    this.stored.set(path, { text: JSON.stringify(value), version: this.#version++, labels, writtenAt });
  }
}

/** Files of a map as records. */
export class MemoryReports implements Pick<RunRecords, 'read' | 'list' | 'remove'> {
  readonly #files: Map<string, string>;

  constructor(files: Map<string, string>) {
    this.#files = files;
  }

  async read(path: string): Promise<StoredRunRecord | undefined> {
    const text = this.#files.get(path);
    return text === undefined ? undefined : { value: JSON.parse(text), version: text };
  }

  async *list(prefix: string): AsyncIterable<ListedRecord> {
    for (const path of [...this.#files.keys()]) if (path.startsWith(prefix)) yield { path, writtenAt: '', labels: {} };
  }

  async remove(path: string): Promise<void> {
    this.#files.delete(path);
  }
}

/** Pieces that become files of a map once they are joined. */
export class MemoryPieces implements PieceFiles {
  readonly #files: Map<string, string>;
  readonly #blocks = new Map<string, Uint8Array>();
  /** The same files, of which some are no text. */
  readonly bytes = new Map<string, Buffer>();
  joins = 0;
  /** What a test has happen before a join. */
  beforeJoin: (path: string) => Promise<void> = async () => {};

  constructor(files: Map<string, string>) {
    this.#files = files;
  }

  piece(path: string): PieceWriter {
    const blocks: string[] = [];
    const sum = createHash('sha256');
    let bytes = 0;
    return {
      write: async (piece) => {
        const id = `${path}#${this.#blocks.size}`;
        this.#blocks.set(id, Uint8Array.from(piece));
        blocks.push(id);
        sum.update(piece);
        bytes += piece.length;
      },
      finish: async () => ({ blocks, bytes, sha256: `sha256:${sum.digest('hex')}` as const }),
    };
  }

  async join(path: string, _contentType: string, pieces: readonly ResultPiece[]) {
    await this.beforeJoin(path);
    this.joins++;
    const blocks = pieces.flatMap((piece) => piece.blocks).map((id) => this.#blocks.get(id)!);
    if (!this.#files.has(path)) {
      this.bytes.set(path, Buffer.concat(blocks));
      this.#files.set(path, Buffer.concat(blocks).toString());
    }
    return `sha256:${createHash('sha256').update(this.bytes.get(path)!).digest('hex')}` as const;
  }
}

export class MemoryQueues implements RunQueues {
  parts: PartMessage[] = [];
  readonly announced: { container: string; blob: string; again: boolean }[] = [];
  isDown = false;

  async sendParts(messages: readonly PartMessage[]): Promise<void> {
    if (this.isDown) throw new ScoringError('storage.unavailable', 'the queue is dark', { retryable: true });
    this.parts.push(...messages);
  }

  async announce(container: string, blob: string, again: boolean): Promise<void> {
    this.announced.push({ container, blob, again });
  }
}
