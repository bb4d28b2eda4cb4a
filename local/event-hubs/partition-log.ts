/**
 * Keeps a partition's events over the death of the process: segment files, each named by its first sequence number, to
 * which records are only ever appended. What `append` returned from is in the kernel's hands, so a killed process loses
 * nothing of it; it is not forced to the disk, so a power cut may lose the newest events.
 */
import { closeSync, ftruncateSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { decodeRecords, encodeRecords } from './segment-record.ts';
import type { StoredEvent } from './stored-event.ts';

interface Segment {
  readonly path: string;
  readonly firstSequence: number;
}

interface OpenSegment extends Segment {
  readonly descriptor: number;
  bytes: number;
}

const segmentName = /^(\d{20})\.log$/;

export class PartitionLog {
  readonly #folder: string;
  readonly #segmentBytesMax: number;
  /** Oldest first; the last one may be open. */
  readonly #segments: Segment[];
  #open: OpenSegment | undefined;

  private constructor(folder: string, segmentBytesMax: number, segments: Segment[], open: OpenSegment | undefined) {
    this.#folder = folder;
    this.#segmentBytesMax = segmentBytesMax;
    this.#segments = segments;
    this.#open = open;
  }

  /**
   * Opens the log in a folder, which is made when it is not there.
   * A record that the death of the process tore is cut off; so is what a power cut left behind the last whole record.
   * @param segmentBytesMax a segment this large is followed by a new one
   * @returns the log and the events it holds
   * @throws {Error} when a segment before the last one is damaged: this is not what a crash leaves behind
   */
  static open(folder: string, segmentBytesMax: number): { log: PartitionLog; events: StoredEvent[] } {
    mkdirSync(folder, { recursive: true });
    const segments = segmentsIn(folder);
    const events: StoredEvent[] = [];
    let open: OpenSegment | undefined;
    for (const [index, segment] of segments.entries()) {
      const bytes = readFileSync(segment.path);
      const decoded = decodeRecords(bytes, segment.firstSequence);
      const isLast = index === segments.length - 1;
      const isGap = events.length > 0 && segment.firstSequence !== events.at(-1)!.sequence + 1;
      if (isGap || (!isLast && decoded.end < bytes.length))
        throw damaged(folder, segment.path, isGap ? 0 : decoded.end);
      for (const event of decoded.events) events.push(event);
      if (isLast) open = openSegment(segment, decoded.end);
    }
    return { log: new PartitionLog(folder, segmentBytesMax, segments, open), events };
  }

  /**
   * Appends events; when it returns, the kernel has them.
   * @throws {Error} when they cannot be written; then none of them is in the log
   */
  append(events: readonly StoredEvent[]): void {
    const records = encodeRecords(events);
    const segment = this.#segmentFor(events[0]!.sequence);
    try {
      let written = 0;
      while (written < records.length) {
        written += writeSync(segment.descriptor, records, written, records.length - written, segment.bytes + written);
      }
    } catch (error) {
      ftruncateSync(segment.descriptor, segment.bytes);
      throw error;
    }
    segment.bytes += records.length;
  }

  #segmentFor(sequence: number): OpenSegment {
    if (this.#open !== undefined && this.#open.bytes < this.#segmentBytesMax) return this.#open;
    const path = join(this.#folder, `${String(sequence).padStart(20, '0')}.log`);
    const next = { path, firstSequence: sequence, descriptor: openSync(path, 'w'), bytes: 0 };
    this.close();
    this.#segments.push(next);
    this.#open = next;
    return next;
  }

  /** Removes the segments that hold nothing from `sequence` on. One that cannot be removed now is tried again next time. */
  dropBefore(sequence: number): void {
    while (this.#segments.length > 1 && this.#segments[1]!.firstSequence <= sequence) {
      try {
        rmSync(this.#segments[0]!.path, { force: true });
      } catch {
        return;
      }
      this.#segments.shift();
    }
  }

  close(): void {
    if (this.#open !== undefined) closeSync(this.#open.descriptor);
    this.#open = undefined;
  }
}

function segmentsIn(folder: string): Segment[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const match = segmentName.exec(name);
      return match === null ? [] : [{ path: join(folder, name), firstSequence: Number(match[1]) }];
    });
}

/** Opens the last segment for appending, behind its last whole record. */
function openSegment(segment: Segment, bytes: number): OpenSegment {
  const descriptor = openSync(segment.path, 'r+');
  ftruncateSync(descriptor, bytes);
  return { ...segment, descriptor, bytes };
}

function damaged(folder: string, path: string, at: number): Error {
  return new Error(
    `The event log is damaged at byte ${at} of ${path}, and newer segments follow. ` +
      `Delete that file and the newer ones to go on without their events, or the folder ${folder} to start anew.`,
  );
}
