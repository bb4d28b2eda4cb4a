import rhea from 'rhea';
import { expect, test, vi } from 'vitest';
import { readMessage } from '../../../local/event-hubs/incoming-message.ts';
import { Partition } from '../../../local/event-hubs/partition.ts';

const limits = { bytesMax: 1_000_000, eventsMax: 1_000 };
const message = readMessage(rhea.message.encode({ body: 'x' }), 0);

test('enqueued times never go back, even when the clock does', () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000 });
  try {
    const partition = new Partition('0', limits, undefined);
    for (const nowMs of [1_000_000, 999_000, 1_000_500]) {
      vi.setSystemTime(nowMs);
      partition.append(message, () => {});
      partition.store();
    }
    const { firstSequence } = partition;
    const times = [0, 1, 2].map((index) => partition.at(firstSequence + index).enqueuedMs);
    expect(times).toEqual([1_000_000, 1_000_000, 1_000_500]);
    expect(partition.firstEnqueuedFrom(1_000_001)).toBe(firstSequence + 2);
  } finally {
    vi.useRealTimers();
  }
});

test('messages of one turn are stored together, and readers hear of them once', async () => {
  const partition = new Partition('0', limits, undefined);
  const heard: number[] = [];
  partition.onStored(() => heard.push(partition.received));
  const settled: unknown[] = [];
  for (let i = 0; i < 3; i++) partition.append(message, (error) => settled.push(error));
  expect([partition.received, settled]).toEqual([0, []]);
  await new Promise(setImmediate);
  expect([partition.received, settled]).toEqual([3, [undefined, undefined, undefined]]);
  expect(heard).toEqual([3]);
});
