import type { ReaderAddress } from './addresses.ts';
import { AmqpFault, amqpErrorOf, notFound } from './amqp-fault.ts';
import type { Hubs } from './hub.ts';
import { Reader } from './reader.ts';
import { admit, stolenBy } from './reader-admission.ts';
import type { ServerConnection, ServerSender, ServerSession } from './rhea-internals.ts';
import { startSequence } from './start-position.ts';

const metricsCapability = 'com.microsoft:enable-receiver-runtime-metric';
const epochProperty = 'com.microsoft:epoch';
const selectorFilter = 'apache.org:selector-filter:string';

/** All links on which clients read partitions. */
export class ReaderLinks {
  readonly #hubs: Hubs;
  readonly #readers = new Map<ServerSession, Set<Reader>>();
  #delivered = 0;
  /** How long after its storing an event is delivered at the earliest. */
  delayMs = 0;

  constructor(hubs: Hubs) {
    this.#hubs = hubs;
  }

  /** Events sent to clients so far. */
  get delivered(): number {
    return this.#delivered;
  }

  /**
   * Starts a reader on a link that a client opened, and ends those that its epoch puts out.
   * @throws {AmqpFault} when the client may not read there
   */
  open(link: ServerSender, address: ReaderAddress): void {
    const hub = this.#hubs.hub(address.hub);
    if (!hub.hasConsumerGroup(address.consumerGroup)) throw notFound(`${hub.name}/${address.consumerGroup}`);
    const partition = hub.partition(address.partitionId);
    const start = startSequence(selectorOf(link.source?.filter), partition);
    const consumerGroup = address.consumerGroup.toLowerCase();
    const epoch = epochOf(link);
    const isRival = (reader: Reader) => reader.partition === partition && reader.consumerGroup === consumerGroup;
    for (const loser of admit({ epoch }, this.all().filter(isRival))) {
      this.putOut(loser, stolenBy({ epoch }, loser));
    }

    const withMetrics = [link.desired_capabilities ?? []].flat().map(String).includes(metricsCapability);
    if (withMetrics) link.local.attach.offered_capabilities = [metricsCapability];
    const onDelivered = () => {
      this.#delivered++;
    };
    const reader = new Reader({
      link,
      partition,
      consumerGroup,
      epoch,
      startSequence: start,
      withMetrics,
      onDelivered,
      delayMs: () => this.delayMs,
    });
    const readers = this.#readers.get(link.session) ?? new Set();
    this.#readers.set(link.session, readers.add(reader));
  }

  all(): Reader[] {
    return [...this.#readers.values()].flatMap((readers) => [...readers]);
  }

  /** Ends a reader and tells its client why. */
  putOut(reader: Reader, reason: AmqpFault): void {
    this.close(reader.link);
    reader.link.close(amqpErrorOf(reason));
  }

  /** Ends the reader of a link, if it has one. */
  close(link: ServerSender): void {
    const readers = this.#readers.get(link.session);
    for (const reader of readers ?? []) {
      if (reader.link !== link) continue;
      reader.stop();
      readers?.delete(reader);
    }
  }

  closeSession(session: ServerSession): void {
    for (const reader of this.#readers.get(session) ?? []) reader.stop();
    this.#readers.delete(session);
  }

  closeConnection(connection: ServerConnection): void {
    for (const session of [...this.#readers.keys()]) {
      if (session.connection === connection) this.closeSession(session);
    }
  }

  /** Has the readers of a session go on: its client granted credit or opened its window. */
  pumpSession(session: ServerSession): void {
    for (const reader of this.#readers.get(session) ?? []) reader.pump();
  }

  /** Has the readers of a connection go on: what they sent was written, or its socket has space again. */
  pumpConnection(connection: ServerConnection): void {
    for (const session of this.#readers.keys()) {
      if (session.connection === connection) this.pumpSession(session);
    }
  }
}

function epochOf(link: ServerSender): number | undefined {
  const epoch: unknown = link.properties?.[epochProperty];
  if (epoch === undefined || epoch === null) return undefined;
  if (Number.isSafeInteger(Number(epoch))) return Number(epoch);
  throw new AmqpFault('com.microsoft:argument-error', `The epoch '${epoch}' is not a whole number below 2^53.`);
}

/** A filter as rhea hands it over: a described value under a name that the client chose. */
interface Described {
  readonly descriptor?: unknown;
  readonly value?: unknown;
}

/** The text of the one kind of filter that is known here, found by its name or by its descriptor. */
function selectorOf(filters: Readonly<Record<string, Described>> | null | undefined): string | undefined {
  const found = Object.entries(filters ?? {}).find(
    ([name, filter]) => name === selectorFilter || String(filter?.descriptor) === selectorFilter,
  );
  return found && String(found[1]?.value ?? found[1]);
}
