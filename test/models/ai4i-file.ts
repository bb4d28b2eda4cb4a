import { existsSync, readFileSync } from 'node:fs';
import type { FailureRule, MachineReading, Quality } from '../../local/devices/milling-process.ts';

/** The published AI4I 2020 data set (S. Matzka, CC BY 4.0), where it lies beside the project; the project carries no copy. */
const file = new URL('../../../shared/data/ai4i2020/ai4i2020.csv', import.meta.url);
export const hasAi4iFile = existsSync(file);

export interface Ai4iRow {
  readonly reading: Omit<MachineReading, 'machineId'>;
  readonly fired: readonly FailureRule[];
  /** The file's own column; it is not quite the union of the rules. */
  readonly failed: boolean;
}

const rules = ['TWF', 'HDF', 'PWF', 'OSF', 'RNF'] as const;

/** All 10,000 rows; columns are taken by position: UDI, product, type, five numbers, machine failure, five rules. */
export function readAi4iFile(): Ai4iRow[] {
  const [, ...lines] = readFileSync(file, 'utf8').trimEnd().split(/\r?\n/);
  return lines.map((line) => {
    const cells = line.split(',');
    const [air, process, speed, torque, wear, failed, ...fired] = cells.slice(3).map(Number);
    return {
      reading: {
        type: cells[2] as Quality,
        airTemperature: air!,
        processTemperature: process!,
        rotationalSpeed: speed!,
        torque: torque!,
        toolWear: wear!,
      },
      fired: rules.filter((_, i) => fired[i] === 1),
      failed: failed === 1,
    };
  });
}
