import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SequenceList } from '../../../local/cosmos/store/sequence-list.ts';

test('holds what a sorted map holds, whatever is put in and taken out', () => {
  const anyStep = fc.record({ sequence: fc.nat(300), isDeletion: fc.boolean() });
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 600 }), fc.nat(300), (steps, start) => {
      const list = new SequenceList<string>();
      const model = new Map<number, string>();
      steps.forEach(({ sequence, isDeletion }, number) => {
        if (isDeletion) {
          list.delete(sequence);
          model.delete(sequence);
        } else {
          list.set(sequence, `${sequence}.${number}`);
          model.set(sequence, `${sequence}.${number}`);
        }
      });
      const sorted = [...model].sort(([left], [right]) => left - right).filter(([sequence]) => sequence >= start);
      expect([...list.from(start)]).toEqual(sorted.map(([, element]) => element));
      expect(list.size).toBe(model.size);
    }),
  );
});

test('a walk goes on while elements before and after it are deleted', () => {
  const list = new SequenceList<number>();
  for (let sequence = 0; sequence < 500; sequence += 1) list.set(sequence, sequence);
  const seen: number[] = [];
  for (const element of list.from(0)) {
    seen.push(element);
    list.delete(element);
    list.delete(element + 1);
  }
  expect(seen).toEqual(Array.from({ length: 250 }, (_, place) => 2 * place));
});

test('room is given back: a list of few that changed often stays small', () => {
  const list = new SequenceList<number>();
  for (let sequence = 0; sequence < 1_000_000; sequence += 1) {
    list.set(sequence, sequence);
    list.delete(sequence - 10);
  }
  expect([...list.from(0)]).toHaveLength(10);
  const start = performance.now();
  for (let round = 0; round < 1_000; round += 1) expect([...list.from(0)].length).toBe(10);
  expect(performance.now() - start).toBeLessThan(1_000);
});
