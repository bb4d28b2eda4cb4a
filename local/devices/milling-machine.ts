import {
  airTemperature,
  type FailureRule,
  type MachineReading,
  type Observation,
  type Quality,
  qualities,
  randomFailureShare,
  rulesDecidedBy,
  spindle,
  temperatureRise,
  toolLife,
  torqueSpread,
} from './milling-process.ts';
import { type SeededRandom, seededRandom } from './seeded-random.ts';

export interface MillingMachineOptions {
  /** Machines with another id and the same seed go their own ways. */
  readonly machineId: string;
  /** An integer of 32 bits without sign. */
  readonly seed: number;
}

/**
 * One machine, process after process, without end: the same options give the same readings.
 * It starts with a tool of any age, so that the machines of a fleet do not change their tools all at once.
 * @throws {RangeError} when the seed is not one
 */
export function millingMachine({ machineId, seed }: MillingMachineOptions): Generator<Observation, never, void> {
  return processes(machineId, seededRandom(seed, machineId));
}

function* processes(machineId: string, random: SeededRandom): Generator<Observation, never, void> {
  const air = walk(random, airTemperature);
  const rise = walk(random, temperatureRise);
  const tool = toolInUse(random);
  while (true) {
    const type = drawQuality(random);
    const airNow = roundToTenth(air());
    const torque = drawTorque(random);
    const { toolWear, toolFails } = tool(qualities[type].wearPerProcessMinutes);
    const reading: MachineReading = {
      machineId,
      type,
      airTemperature: airNow,
      processTemperature: roundToTenth(airNow + rise()),
      rotationalSpeed: Math.round(speedAt(random, torque)),
      torque: roundToTenth(torque),
      toolWear,
    };
    const randomFailure: FailureRule[] = random.uniform() < randomFailureShare ? ['RNF'] : [];
    yield { reading, fired: [...(toolFails ? ['TWF' as const] : []), ...rulesDecidedBy(reading), ...randomFailure] };
  }
}

/** Division gives the float64 nearest to the decimal, as a parser does: a reading survives JSON and CSV unchanged. */
const roundToTenth = (value: number) => Math.round(value * 10) / 10;

interface Walk {
  readonly mean: number;
  readonly standardDeviation: number;
  readonly step: number;
}

/** A random walk pulled back just enough to keep its standard deviation for ever; it starts anywhere in its range. */
function walk(random: SeededRandom, { mean, standardDeviation, step }: Walk): () => number {
  const kept = 1 - step ** 2 / (2 * standardDeviation ** 2);
  const innovation = standardDeviation * Math.sqrt(1 - kept ** 2);
  let distance = random.normal(0, standardDeviation);
  return () => {
    distance = kept * distance + random.normal(0, innovation);
    return mean + distance;
  };
}

function drawQuality(random: SeededRandom): Quality {
  const share = random.uniform();
  if (share < qualities.L.share) return 'L';
  return share < qualities.L.share + qualities.M.share ? 'M' : 'H';
}

/** Normal; a value that is not positive is drawn again. */
function drawTorque(random: SeededRandom): number {
  let torque: number;
  do torque = random.normal(torqueSpread.mean, torqueSpread.standardDeviation);
  while (torque <= 0);
  return torque;
}

function speedAt(random: SeededRandom, torque: number): number {
  const loaded = spindle.floorRpm + (spindle.rpmPerRadianPerSecond * spindle.powerWatts) / torque;
  const speed = loaded + random.normal(0, spindle.standardDeviationRpm);
  return speed > spindle.kneeRpm ? spindle.idleRpm - spindle.dropRpmPerNewtonMetre * torque : speed;
}

/** Wear before each process, and whether the tool fails in it: a tool ends before it would pass its own limit. */
function toolInUse(random: SeededRandom): (addedMinutes: number) => { toolWear: number; toolFails: boolean } {
  let wear = Math.floor(random.uniform() * toolLife.minutesMin);
  let limit = drawToolLimit(random);
  return (addedMinutes) => {
    const toolWear = wear;
    wear += addedMinutes;
    if (wear <= limit) return { toolWear, toolFails: false };
    wear = 0;
    limit = drawToolLimit(random);
    return { toolWear, toolFails: random.uniform() < toolLife.failureShare };
  };
}

/** Triangular, by inversion. */
function drawToolLimit(random: SeededRandom): number {
  const { minutesMin, minutesMode, minutesMax } = toolLife;
  const span = minutesMax - minutesMin;
  const rising = minutesMode - minutesMin;
  const share = random.uniform();
  return share < rising / span
    ? minutesMin + Math.sqrt(share * span * rising)
    : minutesMax - Math.sqrt((1 - share) * span * (span - rising));
}
