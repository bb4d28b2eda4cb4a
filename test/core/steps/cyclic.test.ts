import { expect, test } from 'vitest';
import { StepRun } from './run-steps.ts';

const features = [
  { name: 'hour', type: 'number' as const },
  { name: 'degrees', type: 'number' as const },
  { name: 'at', type: 'timestamp' as const },
];
const rows = {
  hour: [0, 6, 23.5, null, -1],
  degrees: [90, 180, 45, 720, null],
  at: [0, Date.UTC(2024, 1, 29, 18), Date.UTC(1969, 11, 31, 23, 59, 59, 999), null, Date.UTC(2100, 11, 31)],
};

const compute = async (step: object, opset: number, names: string[]) => {
  const run = new StepRun({ features, steps: [{ step: 'cyclic', ...step }] as never, fitRows: {} }, [], opset);
  return run.compute(names, rows);
};

test.each([9, 13, 21])('opset %i: sine and cosine beside each other for each column', async (opset) => {
  const { values, width } = await compute({ features: ['hour', 'degrees'], period: 24 }, opset, ['hour', 'degrees']);
  expect(width).toBe(4);
  const expected = rows.hour.flatMap((hour, i) =>
    [hour, rows.degrees[i]!].flatMap((cell) => {
      if (cell === null) return [Number.NaN, Number.NaN];
      const angle = (2 * Math.PI * cell) / 24;
      return [expect.closeTo(Math.sin(angle), 15), expect.closeTo(Math.cos(angle), 15)];
    }),
  );
  expect([...values]).toEqual(expected);
});

test.each([
  ['hour-of-day', 24, [0, 18, 23 + 3_599_999 / 3_600_000, undefined, 0]],
  ['day-of-week', 7, [3, 3, 2, undefined, 4]],
])('%s of a time is turned around in %i', async (period, around, phases) => {
  const { values } = await compute({ features: ['at'], period }, 13, ['at_cos', 'at_sin']);
  const expected = phases.flatMap((phase) => {
    if (phase === undefined) return [Number.NaN, Number.NaN];
    const angle = (2 * Math.PI * phase) / around;
    return [expect.closeTo(Math.cos(angle), 14), expect.closeTo(Math.sin(angle), 14)];
  });
  expect([...values]).toEqual(expected);
});
