import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventRing } from '../../../local/event-hubs/event-ring.ts';
import { type Positions, startSequence } from '../../../local/event-hubs/start-position.ts';
import { offsetOf, type StoredEvent } from '../../../local/event-hubs/stored-event.ts';

const noLimits = { bytesMax: Number.POSITIVE_INFINITY, eventsMax: Number.POSITIVE_INFINITY };

function ringOf(times: readonly number[], firstSequence: number, eventsMax = Number.POSITIVE_INFINITY): EventRing {
  const ring = new EventRing({ ...noLimits, eventsMax }, firstSequence);
  for (const [index, enqueuedMs] of times.entries()) {
    ring.push({ sequence: firstSequence + index, enqueuedMs, wire: Buffer.from('x'), headerEnd: 0 });
  }
  return ring;
}

function positionsOf(ring: EventRing): Positions {
  const { firstSequence, nextSequence } = ring;
  const last = { sequence: nextSequence - 1, offset: String(offsetOf(nextSequence - 1)), enqueuedMs: 0 };
  return { firstSequence, nextSequence, last, firstEnqueuedFrom: (timeMs) => ring.firstEnqueuedFrom(timeMs) };
}

/** A reader's start by the meaning of its filter: the first event for which it holds. */
const firstFor = (ring: EventRing, holds: (event: StoredEvent) => boolean): number => {
  for (let sequence = ring.firstSequence; sequence < ring.nextSequence; sequence++) {
    if (holds(ring.at(sequence))) return sequence;
  }
  return ring.nextSequence;
};

test('a reader starts at the first event for which its filter holds', () => {
  const fields = {
    'sequence-number': (event: StoredEvent) => event.sequence,
    offset: (event: StoredEvent) => offsetOf(event.sequence),
    'enqueued-time': (event: StoredEvent) => event.enqueuedMs,
  };
  const times = fc.array(fc.nat(50), { minLength: 1, maxLength: 30 }).map((list) => list.sort((a, b) => a - b));
  const name = fc.constantFrom('sequence-number', 'offset', 'enqueued-time');
  fc.assert(
    fc.property(
      times,
      fc.nat(100),
      fc.nat(10),
      name,
      fc.constantFrom('>', '>='),
      fc.nat(),
      (list, first, max, field, op, pick) => {
        const ring = ringOf(list, first, max + 1);
        const fieldOf = fields[field as keyof typeof fields];
        const reached = fieldOf(ring.newest!);
        const value = pick % (reached + 1);
        const holds = (event: StoredEvent) => (op === '>' ? fieldOf(event) > value : fieldOf(event) >= value);
        const selector = `amqp.annotation.x-opt-${field} ${op} '${value}'`;
        expect(startSequence(selector, positionsOf(ring))).toBe(firstFor(ring, holds));
      },
    ),
    { numRuns: 1_000 },
  );
});

test('the beginning and the end have names of their own', () => {
  const positions = positionsOf(ringOf([1, 2, 3], 10));
  expect(startSequence(undefined, positions)).toBe(10);
  expect(startSequence("amqp.annotation.x-opt-offset > '-1'", positions)).toBe(10);
  expect(startSequence("amqp.annotation.x-opt-offset > '@latest'", positions)).toBe(13);
});

test.each([
  ["amqp.annotation.x-opt-offset = '5'", 'is not supported'],
  ["amqp.annotation.x-opt-publisher > 'a'", 'is not supported'],
  ["amqp.annotation.x-opt-offset > 'abc'", 'is not a number'],
  ["amqp.annotation.x-opt-sequence-number > ''", 'is not a number'],
  ["amqp.annotation.x-opt-sequence-number > '13'", "The last sequence number in the system is '12'"],
  ["amqp.annotation.x-opt-offset >= '100000'", `The last offset in the system is '${offsetOf(12)}'`],
])('the filter %s is refused', (selector, message) => {
  expect(() => startSequence(selector, positionsOf(ringOf([1, 2, 3], 10)))).toThrow(message);
});
