import { AmqpFault } from './amqp-fault.ts';

/** A reader as its rivals see it: those of the same partition in the same consumer group. */
export interface Contender {
  /** The owner level it claims; a reader without one shares the partition with others. */
  readonly epoch: number | undefined;
}

const sharingReadersMax = 5;

/**
 * Decides who reads a partition when a new reader comes, by the service's rules: one with an epoch puts out all others
 * unless one of them has a higher epoch; readers without an epoch share, up to five of them.
 * @returns the rivals that must go
 * @throws {AmqpFault} when the newcomer is refused
 */
export function admit<T extends Contender>(newcomer: Contender, rivals: readonly T[]): readonly T[] {
  const highest = Math.max(-1, ...rivals.map(({ epoch }) => epoch ?? -1));
  if (newcomer.epoch === undefined) {
    if (highest >= 0) {
      throw new AmqpFault(
        'amqp:link:stolen',
        `A receiver with epoch '${highest}' exists: a receiver without epoch is not allowed.`,
      );
    }
    if (rivals.length >= sharingReadersMax) {
      throw new AmqpFault(
        'amqp:resource-limit-exceeded',
        `Exceeded the maximum number of allowed receivers per partition in a consumer group, which is ${sharingReadersMax}.`,
      );
    }
    return [];
  }
  if (highest > newcomer.epoch) {
    throw new AmqpFault(
      'amqp:link:stolen',
      `A receiver with a higher epoch '${highest}' exists: a receiver with epoch '${newcomer.epoch}' is not allowed.`,
    );
  }
  return rivals;
}

/** What a reader hears that has to go. */
export function stolenBy(newcomer: Contender, loser: Contender): AmqpFault {
  return new AmqpFault(
    'amqp:link:stolen',
    `New receiver with higher epoch of '${newcomer.epoch}' is created hence current receiver with epoch ` +
      `'${loser.epoch ?? 'nil'}' is getting disconnected.`,
  );
}
