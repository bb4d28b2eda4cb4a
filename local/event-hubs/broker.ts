import rhea, { type Message } from 'rhea';
import { amqpAcceptor } from './amqp-server.ts';
import { BrokerFaults } from './broker-faults.ts';
import { type CheckedOptions, checkOptions } from './broker-options.ts';
import { type Destination, Hub, Hubs } from './hub.ts';
import { readMessage } from './incoming-message.ts';
import { type Listener, listen } from './listener.ts';
import { answerManagement, answerPutToken } from './management-node.ts';
import { ReaderLinks } from './reader-links.ts';
import { RequestLinks } from './request-links.ts';
import { SenderLinks } from './sender-links.ts';

export interface HubOptions {
  /** Fixed for the life of the hub. */
  readonly partitions: number;
  /** `$Default` is there without being named. */
  readonly consumerGroups: readonly string[];
}

export interface BrokerOptions {
  readonly hubs: Readonly<Record<string, HubOptions>>;
  /** 0 or absent takes a free one. */
  readonly port?: number;
  /** 127.0.0.1 when absent. */
  readonly host?: string;
  /** Where events are kept over a restart; in memory only when absent. One broker at a time may use it. */
  readonly folder?: string;
  /** What a partition keeps at most, in bytes of messages (64 MiB when absent) and in events (500,000); the oldest go first. */
  readonly partitionBytesMax?: number;
  readonly partitionEventsMax?: number;
  /** What one transfer may bring, be it an event or a batch; 1 MiB when absent. */
  readonly messageBytesMax?: number;
}

/** An Event Hubs namespace of this process. */
export interface Broker {
  readonly port: number;
  /** For any Event Hubs client; the key opens nothing but this broker, and any other key does as well. */
  readonly connectionString: string;
  /**
   * Puts an AMQP message into a hub from within this process, as IoT Hub does; it is stored when this returns.
   * @param to with neither id nor key the partitions take turns
   * @throws {Error} when there is no such hub or partition, or the event cannot be stored
   */
  publish(hub: string, message: Message, to?: Destination): void;
  /** What each partition holds: from its oldest event up to, and without, the next one to come. */
  partitions(
    hub: string,
  ): readonly { readonly id: string; readonly firstSequence: number; readonly nextSequence: number }[];
  readonly stats: {
    /** Events stored since the start. */
    readonly received: number;
    /** Events sent to clients since the start. */
    readonly delivered: number;
    /** Clients connected now. */
    readonly connections: number;
  };
  /** What can be made to go wrong with its clients. */
  readonly faults: BrokerFaults;
  /** Stores what is under way, cuts all connections and frees port and folder. */
  close(): Promise<void>;
}

/**
 * Starts an Event Hubs broker, which clients reach over AMQP 1.0 with `UseDevelopmentEmulator=true`.
 * @throws {Error} when an option makes no sense, the port is taken, or the folder does not fit or cannot be read
 */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const checked = checkOptions(options);
  const hubs = openHubs(checked);
  const readers = new ReaderLinks(hubs);
  const accept = amqpAcceptor({
    readers,
    senders: new SenderLinks(hubs, checked.messageBytesMax),
    requests: new RequestLinks({ $cbs: answerPutToken, $management: (request) => answerManagement(hubs, request) }),
    messageBytesMax: checked.messageBytesMax,
  });
  let listener: Listener;
  try {
    listener = await listen(checked.port, checked.host, accept);
  } catch (error) {
    hubs.close();
    throw error;
  }

  return {
    port: listener.port,
    connectionString:
      `Endpoint=sb://localhost:${listener.port};SharedAccessKeyName=RootManageSharedAccessKey;` +
      'SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;',
    publish: (hub, message, to = {}) => publish(hubs.hub(hub), message, to),
    partitions: (hub) =>
      hubs.hub(hub).partitions.map(({ id, firstSequence, nextSequence }) => ({ id, firstSequence, nextSequence })),
    stats: {
      get received() {
        return hubs.received;
      },
      get delivered() {
        return readers.delivered;
      },
      get connections() {
        return listener.connections;
      },
    },
    faults: new BrokerFaults(listener, readers),
    async close() {
      await listener.close();
      hubs.close();
    },
  };
}

function openHubs({ hubs, folder, partitionBytesMax, partitionEventsMax }: CheckedOptions): Hubs {
  const limits = { bytesMax: partitionBytesMax, eventsMax: partitionEventsMax };
  return new Hubs(Object.entries(hubs).map(([name, options]) => new Hub(name, options, limits, folder)));
}

function publish(hub: Hub, message: Message, to: Destination): void {
  const incoming = readMessage(rhea.message.encode(message), 0);
  const partitionKey = to.partitionKey ?? incoming.partitionKey;
  const partition = hub.partitionFor({ partitionId: to.partitionId, partitionKey });
  let failure: unknown;
  partition.append({ events: incoming.events, partitionKey }, (error) => {
    failure = error;
  });
  partition.store();
  if (failure !== undefined) throw failure;
}
