import { millingMachine } from './milling-machine.ts';
import type { Observation } from './milling-process.ts';

/** Ceilings of what a caller may ask a simulated fleet for. */
export const fleetLimits = { machinesMax: 100_000, eventsPerSecondMax: 100_000 } as const;

export interface FleetOptions {
  readonly machines: number;
  /** An integer of 32 bits without sign; the same seed and the same number of machines give the same readings. */
  readonly seed: number;
}

/**
 * What the machines of a fleet report, in turn and without end; their ids are `machine-1`, `machine-2`, ...
 * @throws {RangeError} when the number of machines or the seed is out of its range
 */
export function fleetObservations({ machines, seed }: FleetOptions): Generator<Observation, never, void> {
  expectWithin('machines', machines, 1, fleetLimits.machinesMax, Number.isInteger(machines));
  const fleet = Array.from({ length: machines }, (_, i) => millingMachine({ machineId: `machine-${i + 1}`, seed }));
  return inTurn(fleet);
}

function* inTurn(fleet: readonly Generator<Observation, never, void>[]): Generator<Observation, never, void> {
  while (true) {
    for (const machine of fleet) yield machine.next().value;
  }
}

/** One reading as a device sends it. */
export interface FleetEvent {
  /** The machine's id: what carries one key arrives in order. */
  readonly partitionKey: string;
  /** The reading as JSON in UTF-8; of the truth beside it nothing is sent. */
  readonly event: { readonly body: Buffer; readonly contentType: 'application/json' };
  readonly observation: Observation;
}

export interface Fleet {
  /** Events a second over all machines; may be set at any time, 0 is a pause. */
  eventsPerSecond: number;
  /** The next events at once, whatever the rate. */
  take(count: number): FleetEvent[];
}

/**
 * A fleet that sends; `pacedBatches` keeps it to its rate.
 * @throws {RangeError} when an option, or a rate that is set later, is out of its range
 */
export function makeFleet(options: FleetOptions & { readonly eventsPerSecond: number }): Fleet {
  const observations = fleetObservations(options);
  let rate = checkedRate(options.eventsPerSecond);
  return {
    get eventsPerSecond() {
      return rate;
    },
    set eventsPerSecond(value) {
      rate = checkedRate(value);
    },
    take: (count) => Array.from({ length: count }, () => toFleetEvent(observations.next().value)),
  };
}

function toFleetEvent(observation: Observation): FleetEvent {
  const { reading } = observation;
  const body = Buffer.from(JSON.stringify(reading));
  return { partitionKey: reading.machineId, event: { body, contentType: 'application/json' }, observation };
}

function checkedRate(eventsPerSecond: number): number {
  expectWithin('eventsPerSecond', eventsPerSecond, 0, fleetLimits.eventsPerSecondMax, true);
  return eventsPerSecond;
}

function expectWithin(name: string, value: number, min: number, max: number, isRightKind: boolean): void {
  if (isRightKind && value >= min && value <= max) return;
  throw new RangeError(`${name}: expected a number from ${min} to ${max}, got ${value}`);
}
