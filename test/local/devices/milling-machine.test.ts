import { expect, test } from 'vitest';
import { fleetObservations } from '../../../local/devices/fleet.ts';
import { millingMachine } from '../../../local/devices/milling-machine.ts';
import { type FailureRule, type Observation, type Quality, qualities } from '../../../local/devices/milling-process.ts';
import { hasAi4iFile, readAi4iFile } from '../../models/ai4i-file.ts';

function observe(count: number, machineId: string, seed: number): Observation[] {
  const machine = millingMachine({ machineId, seed });
  return Array.from({ length: count }, () => machine.next().value);
}
const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviationOf = (values: readonly number[]) => {
  const mean = meanOf(values);
  return Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)));
};
const correlationOf = (a: readonly number[], b: readonly number[]) => {
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  return meanOf(a.map((value, i) => (value - meanA) * (b[i]! - meanB))) / (deviationOf(a) * deviationOf(b));
};

test('the same machine and seed report the same; another machine or seed does not', () => {
  expect(observe(100, 'machine-1', 1)).toEqual(observe(100, 'machine-1', 1));
  const readingsOf = (machineId: string, seed: number) =>
    observe(100, machineId, seed).map(({ reading }) => ({ ...reading, machineId: '' }));
  expect(readingsOf('machine-2', 1)).not.toEqual(readingsOf('machine-1', 1));
  expect(readingsOf('machine-1', 2)).not.toEqual(readingsOf('machine-1', 1));
});

test('a reading is rounded as the sensors round and survives JSON', () => {
  for (const { reading } of observe(2_000, 'machine-1', 1)) {
    expect(JSON.parse(JSON.stringify(reading))).toEqual(reading);
    for (const value of [reading.airTemperature, reading.processTemperature, reading.torque]) {
      expect(Number(value.toFixed(1))).toBe(value);
    }
    expect(Number.isInteger(reading.rotationalSpeed)).toBe(true);
    expect(Number.isInteger(reading.toolWear)).toBe(true);
    expect(reading.torque).toBeGreaterThanOrEqual(0);
  }
});

test('a tool wears by the quality of each product and ends between 200 and 240 minutes', () => {
  const observations = observe(5_000, 'machine-1', 1);
  let changes = 0;
  for (const [i, { reading, fired }] of observations.slice(0, -1).entries()) {
    const next = observations[i + 1]!.reading.toolWear;
    const worn = reading.toolWear + qualities[reading.type].wearPerProcessMinutes;
    if (next !== 0) {
      expect(next).toBe(worn);
      expect(worn).toBeLessThanOrEqual(240);
      expect(fired).not.toContain('TWF');
      continue;
    }
    changes += 1;
    expect(worn).toBeGreaterThan(200);
    expect(reading.toolWear).toBeLessThanOrEqual(240);
  }
  expect(changes).toBeGreaterThan(40);
});

test('temperatures stay around their means for ever', () => {
  const late = observe(100_000, 'machine-1', 1).slice(-50_000);
  const air = late.map(({ reading }) => reading.airTemperature);
  const rise = late.map(({ reading }) => reading.processTemperature - reading.airTemperature);
  // A walk that nothing pulls back would have gone astray by some ten kelvin.
  expect(Math.abs(meanOf(air) - 300)).toBeLessThan(2);
  expect(Math.abs(deviationOf(air) - 2)).toBeLessThan(1);
  expect(Math.abs(meanOf(rise) - 10)).toBeLessThan(1);
  expect(Math.abs(deviationOf(rise) - 1)).toBeLessThan(0.5);
});

/** 1,000 machines, 200 readings each; temperatures drift slowly, so it is the number of machines that makes them even. */
const fleet = fleetObservations({ machines: 1_000, seed: 1 });
const simulated = Array.from({ length: 200_000 }, () => fleet.next().value);

/** How far mean and standard deviation may lie from those of the published file, in the feature's own unit. */
const tolerances = {
  airTemperature: { mean: 0.25, deviation: 0.15 },
  // In the file the two walks happen to cancel, which no other run repeats: its deviation is 1.5 K instead of 2.2 K.
  processTemperature: { mean: 0.25, deviation: 0.9 },
  rotationalSpeed: { mean: 4, deviation: 4 },
  torque: { mean: 0.3, deviation: 0.2 },
  toolWear: { mean: 2.5, deviation: 2 },
} as const;

test.skipIf(!hasAi4iFile)('each feature is distributed as in the published file (../shared/data)', () => {
  const real = readAi4iFile();
  for (const [feature, tolerance] of Object.entries(tolerances)) {
    const name = feature as keyof typeof tolerances;
    const here = simulated.map(({ reading }) => reading[name]);
    const there = real.map(({ reading }) => reading[name]);
    expect(Math.abs(meanOf(here) - meanOf(there)), `mean of ${name}`).toBeLessThan(tolerance.mean);
    expect(Math.abs(deviationOf(here) - deviationOf(there)), `deviation of ${name}`).toBeLessThan(tolerance.deviation);
  }
});

test.skipIf(!hasAi4iFile)('features hang together as in the published file (../shared/data)', () => {
  const real = readAi4iFile();
  const riseOf = (rows: typeof real | typeof simulated) =>
    rows.map(({ reading }) => reading.processTemperature - reading.airTemperature);
  expect(Math.abs(meanOf(riseOf(simulated)) - meanOf(riseOf(real)))).toBeLessThan(0.15);
  expect(Math.abs(deviationOf(riseOf(simulated)) - deviationOf(riseOf(real)))).toBeLessThan(0.08);

  const couplingOf = (rows: typeof real | typeof simulated) =>
    correlationOf(
      rows.map(({ reading }) => reading.rotationalSpeed),
      rows.map(({ reading }) => reading.torque),
    );
  expect(Math.abs(couplingOf(simulated) - couplingOf(real))).toBeLessThan(0.01);

  for (const type of ['L', 'M', 'H'] satisfies Quality[]) {
    const shareOf = (rows: typeof real | typeof simulated) =>
      rows.filter(({ reading }) => reading.type === type).length / rows.length;
    expect(Math.abs(shareOf(simulated) - shareOf(real)), `share of ${type}`).toBeLessThan(0.01);
  }
});

test.skipIf(!hasAi4iFile)('values lie in the range of the published file, but for the tails (../shared/data)', () => {
  const real = readAi4iFile();
  for (const name of ['airTemperature', 'rotationalSpeed', 'torque', 'toolWear'] as const) {
    const values = real.map(({ reading }) => reading[name]);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const outside = simulated.filter(({ reading }) => reading[name] < low || reading[name] > high).length;
    // A normal tail beyond the 2.2 standard deviations that the air reached in the file holds 2.5 % of the readings.
    expect(outside / simulated.length, name).toBeLessThan(name === 'airTemperature' ? 0.035 : 0.001);
  }
});

/** Two to three standard errors of 10,000 rows; more for HDF, whose rows come in clusters. */
const rateTolerances = { TWF: 0.001, HDF: 0.0025, PWF: 0.002, OSF: 0.002, RNF: 0.0012 } as const;

test.skipIf(!hasAi4iFile)('each rule fires as often as in the published file (../shared/data)', () => {
  const real = readAi4iFile();
  for (const [rule, tolerance] of Object.entries(rateTolerances)) {
    const rateOf = (rows: typeof real | typeof simulated) =>
      rows.filter(({ fired }) => fired.includes(rule as FailureRule)).length / rows.length;
    expect(Math.abs(rateOf(simulated) - rateOf(real)), rule).toBeLessThan(tolerance);
  }
  const failures = simulated.filter(({ fired }) => fired.length > 0).length / simulated.length;
  expect(Math.abs(failures - real.filter(({ failed }) => failed).length / real.length)).toBeLessThan(0.003);
});
