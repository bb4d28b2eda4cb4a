import { AmqpFault } from './amqp-fault.ts';
import type { LastEnqueued } from './delivery-metrics.ts';
import { sequenceAtOffset } from './stored-event.ts';

/** What a start position is looked up in. */
export interface Positions {
  readonly firstSequence: number;
  readonly nextSequence: number;
  readonly last: LastEnqueued;
  firstEnqueuedFrom(timeMs: number): number;
}

/** The one form of selector that clients of Event Hubs send. */
const selectorForm = /^amqp\.annotation\.x-opt-(offset|sequence-number|enqueued-time)\s*(>=?)\s*'([^']*)'$/;

const refuse = (description: string): never => {
  throw new AmqpFault('com.microsoft:argument-error', description);
};

/**
 * The sequence number at which a reader starts.
 * @param selector the reader's filter, as `amqp.annotation.x-opt-offset > '128'`; without one it starts at the oldest event
 * @throws {AmqpFault} when the selector cannot be read, or names a position that the partition has not reached
 */
export function startSequence(selector: string | undefined, positions: Positions): number {
  if (selector === undefined) return positions.firstSequence;
  const [, field, comparison, value = ''] =
    selectorForm.exec(selector.trim()) ?? refuse(`The filter '${selector}' is not supported.`);
  if (field === 'offset' && value === '@latest') return positions.nextSequence;
  const position = Number(value);
  if (value === '' || !Number.isFinite(position))
    return refuse(`The position in the filter '${selector}' is not a number.`);

  const isInclusive = comparison === '>=';
  const from = isInclusive ? Math.ceil(position) : Math.floor(position) + 1;
  if (field === 'enqueued-time') return positions.firstEnqueuedFrom(from);
  const start = field === 'offset' ? sequenceAtOffset(from) : from;
  if (start > positions.nextSequence) refuse(beyondTheEnd(field!, value, positions.last));
  return Math.max(start, positions.firstSequence);
}

function beyondTheEnd(field: string, value: string, last: LastEnqueued): string {
  const name = field === 'offset' ? 'offset' : 'sequence number';
  const end = field === 'offset' ? last.offset : last.sequence;
  return `The supplied ${name} '${value}' is invalid. The last ${name} in the system is '${end}'.`;
}
