import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventRing } from '../../../local/event-hubs/event-ring.ts';
import type { StoredEvent } from '../../../local/event-hubs/stored-event.ts';

const event = (sequence: number, bytes: number): StoredEvent => ({
  sequence,
  enqueuedMs: 0,
  headerEnd: 0,
  wire: Buffer.alloc(bytes),
});

test('a ring holds the newest events that fit its limits, and always the newest one', () => {
  const sizes = fc.array(fc.nat(50), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(
      sizes,
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 20 }),
      (list, bytesMax, eventsMax) => {
        const ring = new EventRing({ bytesMax, eventsMax }, 7);
        for (const [index, bytes] of list.entries()) ring.push(event(7 + index, bytes));
        const newestFirst = [...list].reverse().slice(0, eventsMax);
        const sums = newestFirst.map((_, i) => newestFirst.slice(0, i + 1).reduce((sum, bytes) => sum + bytes, 0));
        const kept = sums.filter((sum) => sum <= bytesMax).length;
        expect(ring.size).toBe(Math.max(1, kept));
        expect(ring.nextSequence).toBe(7 + list.length);
        for (let sequence = ring.firstSequence; sequence < ring.nextSequence; sequence++) {
          expect(ring.at(sequence).sequence).toBe(sequence);
        }
      },
    ),
  );
});

test('a ring stays right when it gives back the places of a great many dropped events', () => {
  const ring = new EventRing({ bytesMax: 1_000_000, eventsMax: 1_000 }, 0);
  for (let sequence = 0; sequence < 20_000; sequence++) {
    ring.push(event(sequence, 1));
    expect(ring.at(ring.firstSequence).sequence).toBe(Math.max(0, sequence - 999));
  }
});
