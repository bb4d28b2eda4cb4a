import { describe, expect, test } from 'vitest';
import { ScoringError } from '../../src/core/fault.ts';
import type { ScoreDocument } from '../../src/core/outputs/score-document.ts';
import type { SinkResult } from '../../src/scoring/ports.ts';
import { type Attempt, type OffRoad, settle } from '../../src/scoring/settle.ts';
import { SinkCircuit } from '../../src/scoring/sink-circuit.ts';
import { MemorySideTrack, MemorySink, unavailable } from './memory-ports.ts';

const documentOf = (id: string): ScoreDocument => ({
  id,
  partition: 'p',
  model: 'm',
  version: 1,
  modelDigest: 'sha256:0',
  inputDigest: 'sha256:0',
  source: { kind: 'stream', hub: 'h', partition: '0', sequence: 1, enqueuedAt: '2026-11-21T00:00:00.000Z' },
  outputs: {},
});
const pendingOf = (...ids: string[]) => ids.map((id) => ({ document: documentOf(id), origin: id }));

const stored = (id: string) => ({
  id,
  source: documentOf(id).source as never,
  route: 'h',
  body: '{}',
  bodyEncoding: 'utf8' as const,
});
const offRoad: OffRoad<string> = {
  deadLetter: (id, { code, path, expected, got }) => ({ ...stored(id), reason: code, path, expected, got }),
  parked: (id, waiting) => ({ ...stored(id), ...waiting }),
};

const throttled = (retryAfterMs: number): SinkResult => ({
  kind: 'error',
  error: new ScoringError('sink.throttled', 'slow down', { retryable: true, retryAfterMs }),
});
const patient = (ms: number, more: Partial<Attempt> = {}): Attempt => ({
  number: 0,
  isLast: false,
  waitUntilMs: performance.now() + ms,
  ...more,
});

/** A sink that fails for its first calls. */
function failing(times: number, answer: SinkResult, of: (id: string) => boolean = () => true) {
  const sink = new MemorySink();
  const calls: string[][] = [];
  const write = sink.write.bind(sink);
  sink.write = (documents) => {
    calls.push(documents.map(({ id }) => id));
    sink.failure = ({ id }) => (calls.length <= times && of(id) ? answer : undefined);
    return write(documents);
  };
  return { sink, calls };
}

describe('an attempt with time', () => {
  test('waits for a dark sink and then writes, without a repetition of the batch', async () => {
    const { sink, calls } = failing(2, unavailable);
    const targets = { sink, sideTrack: new MemorySideTrack() };
    expect(await settle(pendingOf('a', 'b'), [], targets, offRoad, patient(10_000))).toMatchObject({ scored: 2 });
    expect(calls).toHaveLength(3);
  });

  test('writes again only what did not go through', async () => {
    const { sink, calls } = failing(1, unavailable, (id) => id === 'b');
    const targets = { sink, sideTrack: new MemorySideTrack() };
    expect(await settle(pendingOf('a', 'b', 'c'), [], targets, offRoad, patient(10_000))).toMatchObject({ scored: 3 });
    expect(calls).toEqual([['a', 'b', 'c'], ['b']]);
  });

  test('leaves the sink alone for as long as it asks', async () => {
    const { sink } = failing(1, throttled(700));
    const started = performance.now();
    await settle(pendingOf('a'), [], { sink, sideTrack: new MemorySideTrack() }, offRoad, patient(10_000));
    expect(performance.now() - started).toBeGreaterThanOrEqual(690);
  });

  test('that is over before the sink is back throws, and parks nothing', async () => {
    const { sink, calls } = failing(99, throttled(60_000));
    const sideTrack = new MemorySideTrack();
    await expect(settle(pendingOf('a'), [], { sink, sideTrack }, offRoad, patient(1_000))).rejects.toMatchObject({
      code: 'sink.throttled',
    });
    expect(calls).toHaveLength(1);
    expect(sideTrack.parked.size).toBe(0);
  });

  test('ends its waiting at once when the process is to end', async () => {
    const { sink } = failing(99, throttled(20_000));
    const stopping = new AbortController();
    const settled = settle(
      pendingOf('a'),
      [],
      { sink, sideTrack: new MemorySideTrack() },
      offRoad,
      patient(60_000, { stopping: stopping.signal }),
    );
    const started = performance.now();
    queueMicrotask(() => stopping.abort());
    await expect(settled).rejects.toMatchObject({ retryable: true });
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  test('does not wait for what no waiting mends', async () => {
    const error = new ScoringError('settings.missing', 'no database', { retryable: true });
    const { sink, calls } = failing(99, { kind: 'error', error });
    const targets = { sink, sideTrack: new MemorySideTrack() };
    await expect(settle(pendingOf('a'), [], targets, offRoad, patient(60_000))).rejects.toThrow('no database');
    expect(calls).toHaveLength(1);
  });
});

describe('a circuit', () => {
  test('asks a dark sink with one document for all callers, and writes everything when it is back', async () => {
    const { sink, calls } = failing(2, unavailable);
    const circuit = new SinkCircuit(sink);
    const three = ['a', 'b', 'c'].map(documentOf);
    await circuit.write(three);
    const [other] = await Promise.all([circuit.write(['d', 'e'].map(documentOf)), circuit.write(three)]);
    expect(other.map(({ kind }) => kind)).toEqual(['error', 'error']);
    expect(calls).toEqual([['a', 'b', 'c'], ['d']]);
    expect((await circuit.write(three)).map(({ kind }) => kind)).toEqual(['created', 'created', 'created']);
    expect(calls.slice(2)).toEqual([['a'], ['b', 'c']]);
    await circuit.write(['d', 'e'].map(documentOf));
    expect(calls.at(-1)).toEqual(['d', 'e']);
    expect([...sink.documents.keys()].toSorted()).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('stays closed while the sink only slows us down, or refuses a document', async () => {
    const { sink, calls } = failing(1, throttled(1));
    const circuit = new SinkCircuit(sink);
    await circuit.write(['a', 'b'].map(documentOf));
    await circuit.write(['a', 'b'].map(documentOf));
    expect(calls).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });
});
