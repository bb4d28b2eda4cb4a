import { fleetObservations } from '../devices/fleet.ts';
import type { Observation } from '../devices/milling-process.ts';

/**
 * Where an event must end. `conflict`: its document was changed behind the app's back, so that it has a document and,
 * once it comes again, a dead letter that says so.
 */
export type Expectation = 'document' | 'dead-letter' | 'conflict';

/** One event with an id of its own, which travels as its message id. */
export interface ChaosEvent {
  readonly id: string;
  readonly key: string;
  readonly body: Buffer;
  /** May change while a disaster takes its course. */
  expected: Expectation;
  /** Where it goes; by its key when absent. */
  readonly partitionId?: string;
  /** What IoT Hub and other senders write on an event. */
  readonly annotations?: Readonly<Record<string, unknown>>;
}

export interface ChaosEventsOptions {
  readonly count: number;
  readonly seed: number;
  /** Begins the ids, so that two lots never meet. */
  readonly prefix: string;
  readonly machines: number;
}

/** Good events of a fleet; every reading is another one. */
export function* goodEvents(options: ChaosEventsOptions): Generator<ChaosEvent> {
  const { count, seed, prefix, machines } = options;
  const observations = fleetObservations({ machines, seed });
  for (let i = 0; i < count; i++) yield eventOf(`${prefix}-${i}`, observations.next().value);
}

function eventOf(id: string, { reading }: Observation): ChaosEvent {
  return { id, key: reading.machineId, body: Buffer.from(JSON.stringify(reading)), expected: 'document' };
}

/** The same event with some fields of its reading changed. */
export function withFields(event: ChaosEvent, fields: Readonly<Record<string, unknown>>): ChaosEvent {
  const reading = JSON.parse(event.body.toString()) as object;
  return { ...event, body: Buffer.from(JSON.stringify({ ...reading, ...fields })) };
}
