/**
 * The milling process of the AI4I 2020 data set (S. Matzka): what a reading holds and when a machine fails.
 * Where the published description leaves a number open, the number here is the one that the published file shows.
 * `training/milling_process.py` states the same process for the training data; change both.
 */

/** A product's quality; it decides how fast a tool wears and how much strain it bears. */
export type Quality = 'L' | 'M' | 'H';

/** What a machine sends after each process; the names are those of the bundled model's features. */
export interface MachineReading {
  readonly machineId: string;
  readonly type: Quality;
  /** Kelvin, to 0.1. */
  readonly airTemperature: number;
  /** Kelvin, to 0.1. */
  readonly processTemperature: number;
  /** Revolutions per minute, whole. */
  readonly rotationalSpeed: number;
  /** Newton metres, to 0.1. */
  readonly torque: number;
  /** Minutes that the tool had been in use before this process, whole. */
  readonly toolWear: number;
}

/** Tool wear, heat dissipation, power, overstrain, random. */
export type FailureRule = 'TWF' | 'HDF' | 'PWF' | 'OSF' | 'RNF';

/** A reading with the truth beside it; a machine failed when at least one rule fired. */
export interface Observation {
  readonly reading: MachineReading;
  readonly fired: readonly FailureRule[];
}

interface QualityFacts {
  readonly share: number;
  readonly wearPerProcessMinutes: number;
  readonly strainMax: number;
}

/** Strain is tool wear times torque, in minute newton metres. */
export const qualities: Readonly<Record<Quality, QualityFacts>> = {
  L: { share: 0.6, wearPerProcessMinutes: 2, strainMax: 11_000 },
  M: { share: 0.3, wearPerProcessMinutes: 3, strainMax: 12_000 },
  H: { share: 0.1, wearPerProcessMinutes: 5, strainMax: 13_000 },
};

/** Each walk goes on for ever around its mean; `step` is the standard deviation of one move. All in kelvin. */
export const airTemperature = { mean: 300, standardDeviation: 2, step: 0.0535 } as const;
/** How much warmer than the air the process is. */
export const temperatureRise = { mean: 10, standardDeviation: 1, step: 0.038 } as const;

/** In newton metres. */
export const torqueSpread = { mean: 40, standardDeviation: 10 } as const;

/** The spindle gives a constant power; above the knee, where there is hardly any load, its speed follows a line. */
export const spindle = {
  powerWatts: 2_860,
  floorRpm: 1_000,
  rpmPerRadianPerSecond: 7,
  standardDeviationRpm: 50,
  kneeRpm: 2_700,
  idleRpm: 3_000,
  dropRpmPerNewtonMetre: 30,
} as const;

/** Each tool has a limit of its own, triangularly distributed; at its limit it fails or is replaced in time. */
export const toolLife = { minutesMin: 200, minutesMode: 210, minutesMax: 240, failureShare: 0.4 } as const;

export const randomFailureShare = 0.001;

const heatRule = { riseMinKelvin: 8.6, speedMinRpm: 1_380 } as const;
const powerRule = { wattsMin: 3_500, wattsMax: 9_000 } as const;

/**
 * The rules that a reading alone decides: HDF, PWF and OSF.
 * They look at rounded values in float64, as the published file does: there 308.9 - 300.3 is a little less than 8.6.
 */
export function rulesDecidedBy(reading: Omit<MachineReading, 'machineId'>): FailureRule[] {
  const { type, torque, rotationalSpeed, toolWear } = reading;
  const rise = reading.processTemperature - reading.airTemperature;
  const powerWatts = (torque * rotationalSpeed * 2 * Math.PI) / 60;
  const fired: FailureRule[] = [];
  if (rise < heatRule.riseMinKelvin && rotationalSpeed < heatRule.speedMinRpm) fired.push('HDF');
  if (powerWatts < powerRule.wattsMin || powerWatts > powerRule.wattsMax) fired.push('PWF');
  if (toolWear * torque > qualities[type].strainMax) fired.push('OSF');
  return fired;
}
