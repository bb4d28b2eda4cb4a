import { expect, test } from 'vitest';
import type { ScoreDocument } from '../../../src/core/outputs/score-document.ts';
import type { SinkResult } from '../../../src/scoring/ports.ts';
import { SinkChain } from '../../../src/scoring/sinks/sink-chain.ts';
import { MemorySink, unavailable } from '../memory-ports.ts';

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

/** A sink that notes what it was asked to write. */
function noted() {
  const sink = new MemorySink();
  const calls: string[][] = [];
  const write = sink.write.bind(sink);
  sink.write = (documents) => {
    calls.push(documents.map(({ id }) => id));
    return write(documents);
  };
  return { sink, calls };
}

const skipped: SinkResult = { kind: 'skipped', reason: 'resend' };

test('a document passes all stages in turn; what a stage stops goes no further', async () => {
  const [first, last] = [noted(), noted()];
  first.sink.failure = ({ id }) => (id === 'b' ? unavailable : id === 'c' ? skipped : undefined);
  const results = await new SinkChain([first.sink, last.sink]).write(['a', 'b', 'c', 'd'].map(documentOf));
  expect(results.map(({ kind }) => kind)).toEqual(['created', 'error', 'skipped', 'created']);
  expect(last.calls).toEqual([['a', 'd']]);
});

test('a document that is written again goes on where it was stopped', async () => {
  const stages = [noted(), noted(), noted()];
  const chain = new SinkChain(stages.map(({ sink }) => sink));
  const documents = ['a', 'b', 'c'].map(documentOf);
  stages[1]!.sink.failure = ({ id }) => (id === 'a' ? unavailable : undefined);
  stages[2]!.sink.failure = ({ id }) => (id === 'b' ? unavailable : undefined);
  expect((await chain.write(documents)).map(({ kind }) => kind)).toEqual(['error', 'error', 'created']);
  for (const { sink } of stages) sink.failure = () => undefined;
  expect((await chain.write(documents.slice(0, 2))).map(({ kind }) => kind)).toEqual(['created', 'created']);
  expect(stages.map(({ calls }) => calls)).toEqual([
    [['a', 'b', 'c']],
    [['a', 'b', 'c'], ['a']],
    [
      ['b', 'c'],
      ['a', 'b'],
    ],
  ]);
});

test('it is called as its last stage', () => {
  const [a, b] = [
    { ...noted().sink, name: 'a' },
    { ...noted().sink, name: 'b' },
  ];
  expect(new SinkChain([a, b] as never).name).toBe('b');
});
