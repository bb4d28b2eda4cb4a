import { seededRandom } from '../devices/seeded-random.ts';
import type { Darkness } from '../faults/outage.ts';
import { AmqpFault } from './amqp-fault.ts';
import type { Listener } from './listener.ts';
import type { Reader } from './reader.ts';
import { stolenBy } from './reader-admission.ts';
import type { ReaderLinks } from './reader-links.ts';

export interface Redelivery {
  /** Of what each reader has had so far, the last so many events. */
  readonly events: number;
  /** How often each of them comes again. */
  readonly times: number;
  /** When given, they come in a random order. */
  readonly shuffleSeed?: number;
}

const redeliveredMax = 1_000_000;

/** What can be made to go wrong with the clients of a broker; events are kept whatever happens. */
export class BrokerFaults {
  readonly #listener: Listener;
  readonly #readers: ReaderLinks;

  constructor(listener: Listener, readers: ReaderLinks) {
    this.#listener = listener;
    this.#readers = readers;
  }

  /** Cuts the connection of every client; they may connect again at once. @returns how many there were */
  cutConnections(): number {
    return this.#listener.cutConnections();
  }

  /** Closes every reader's link with a word that it may come again, as on a move to another node. @returns how many */
  cutLinks(): number {
    const description = 'The link is force detached by the broker: publisher or reader may open it again.';
    return this.#putAllOut(() => new AmqpFault('amqp:link:detach-forced', description));
  }

  /** Puts every reader out as a newer reader with a higher epoch does, which then goes away at once. @returns how many */
  stealPartitions(): number {
    return this.#putAllOut((reader) => stolenBy({ epoch: (reader.epoch ?? -1) + 1 }, reader));
  }

  /**
   * Sends events again to every reader, as after a move of a partition whose last checkpoint was not written.
   * @returns how many
   * @throws {RangeError} when that is nothing or too much
   */
  redeliver({ events, times, shuffleSeed }: Redelivery): number {
    if (!(events > 0 && times > 0 && events * times <= redeliveredMax))
      throw new RangeError(`events x times: expected 1 to ${redeliveredMax}, got ${events} x ${times}`);
    let count = 0;
    for (const reader of this.#readers.all()) {
      const first = Math.max(reader.partition.firstSequence, reader.next - events);
      const once = Array.from({ length: Math.max(reader.next - first, 0) }, (_, i) => first + i);
      const all = Array.from({ length: times }, () => once).flat();
      reader.sendAgain(shuffleSeed === undefined ? all : shuffled(all, shuffleSeed));
      count += all.length;
    }
    return count;
  }

  /** From now on every event is delivered so long after its storing, at the earliest; 0 ends it. */
  delayDeliveries(delayMs: number): void {
    this.#readers.delayMs = delayMs;
    for (const reader of this.#readers.all()) reader.pump();
  }

  /** Nobody reaches the broker for a while. */
  goDark(durationMs: number, how: Darkness): Promise<void> {
    return this.#listener.outage.begin(durationMs, how);
  }

  #putAllOut(reason: (reader: Reader) => AmqpFault): number {
    const readers = this.#readers.all();
    for (const reader of readers) this.#readers.putOut(reader, reason(reader));
    return readers.length;
  }
}

/** The shuffle of Fisher and Yates. */
function shuffled(values: readonly number[], seed: number): number[] {
  const random = seededRandom(seed, 'redelivery');
  const result = [...values];
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(random.uniform() * (last + 1));
    [result[last], result[other]] = [result[other]!, result[last]!];
  }
  return result;
}
