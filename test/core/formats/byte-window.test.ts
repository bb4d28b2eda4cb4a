import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteWindow } from '../../../src/core/formats/byte-window.ts';

test('whatever is appended and passed, the rest is what was not passed, in its order', () => {
  const step = fc.record({ bytes: fc.uint8Array({ maxLength: 40 }), passed: fc.nat() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const window = new ByteWindow();
      let rest: number[] = [];
      for (const { bytes, passed } of steps) {
        window.append(bytes);
        rest.push(...bytes);
        // It has its own copy.
        bytes.fill(0xff);
        expect([...window.view()]).toEqual(rest);
        const count = passed % (rest.length + 1);
        window.pass(count);
        rest = rest.slice(count);
        expect(window.length).toBe(rest.length);
      }
    }),
  );
});

test('room is used again: a long file takes no more of it than its pieces', () => {
  const window = new ByteWindow();
  const piece = new Uint8Array(1_000);
  window.append(piece);
  for (let i = 0; i < 1_000; i++) {
    window.pass(window.length - 10);
    window.append(piece);
  }
  expect(window.view().buffer.byteLength).toBeLessThan(10 * piece.length);
});
