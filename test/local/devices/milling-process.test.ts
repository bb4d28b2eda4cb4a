import { expect, test } from 'vitest';
import { type MachineReading, rulesDecidedBy } from '../../../local/devices/milling-process.ts';
import { hasAi4iFile, readAi4iFile } from '../../models/ai4i-file.ts';

const healthy: Omit<MachineReading, 'machineId'> = {
  type: 'L',
  airTemperature: 300,
  processTemperature: 310,
  rotationalSpeed: 1_500,
  torque: 40,
  toolWear: 100,
};

test('a healthy reading breaks no rule', () => {
  expect(rulesDecidedBy(healthy)).toEqual([]);
});

test.each([
  ['the temperatures are too close at a low speed', { processTemperature: 308.5, rotationalSpeed: 1_379 }, ['HDF']],
  ['the same at a sufficient speed', { processTemperature: 308.5, rotationalSpeed: 1_380 }, []],
  ['the temperatures are just far enough apart', { processTemperature: 308.7, rotationalSpeed: 1_379 }, []],
  [
    '8.6 K that are a little less in float64',
    { airTemperature: 300.3, processTemperature: 308.9, rotationalSpeed: 1_379 },
    ['HDF'],
  ],
  ['the power is 3,503 W', { torque: 22.3 }, []],
  ['the power is 3,487 W', { torque: 22.2 }, ['PWF']],
  ['the power is 8,985 W', { torque: 57.2, toolWear: 0 }, []],
  ['the power is 9,001 W', { torque: 57.3, toolWear: 0 }, ['PWF']],
  ['low quality bears 11,000 min Nm', { torque: 50, toolWear: 220 }, []],
  ['and no more', { torque: 50, toolWear: 221 }, ['OSF']],
  ['medium quality bears 12,000 min Nm', { type: 'M', torque: 50, toolWear: 240 }, []],
  ['and no more', { type: 'M', torque: 50, toolWear: 241 }, ['OSF']],
  ['high quality bears 13,000 min Nm', { type: 'H', torque: 52, toolWear: 250 }, []],
  ['and no more', { type: 'H', torque: 52, toolWear: 251 }, ['OSF']],
] as const)('%s: %o', (_, change, fired) => {
  expect(rulesDecidedBy({ ...healthy, ...change })).toEqual(fired);
});

test.skipIf(!hasAi4iFile)('the rules give exactly the flags of the published file (../shared/data)', () => {
  const decided = ['HDF', 'PWF', 'OSF'];
  for (const { reading, fired } of readAi4iFile()) {
    expect(rulesDecidedBy(reading)).toEqual(fired.filter((rule) => decided.includes(rule)));
  }
});
