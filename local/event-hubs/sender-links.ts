import type { SenderAddress } from './addresses.ts';
import { AmqpFault, amqpErrorOf } from './amqp-fault.ts';
import type { Hub, Hubs } from './hub.ts';
import { readMessage } from './incoming-message.ts';
import type { ServerReceiver } from './rhea-internals.ts';

/** A transferred message as its bytes, with the size it had before it was cut to the limit. */
export interface RawMessage {
  readonly bytes: Buffer;
  readonly format: number;
  readonly sizeBytes: number;
}

/** What becomes of a transferred message. */
export interface Delivery {
  accept(): void;
  reject(error: { condition?: string; description?: string }): void;
}

/** The links on which clients send events. */
export class SenderLinks {
  readonly #hubs: Hubs;
  readonly #messageBytesMax: number;

  constructor(hubs: Hubs, messageBytesMax: number) {
    this.#hubs = hubs;
    this.#messageBytesMax = messageBytesMax;
  }

  /**
   * Prepares a link that a client opened.
   * @returns what stores the messages that come on it
   * @throws {AmqpFault} when the client may not send there
   */
  open(link: ServerReceiver, address: SenderAddress): (message: RawMessage, delivery: Delivery) => void {
    const hub = this.#hubs.hub(address.hub);
    if (address.partitionId !== undefined) hub.partition(address.partitionId);
    link.local.attach.max_message_size = this.#messageBytesMax;
    return (message, delivery) => this.#store(hub, address.partitionId, message, delivery);
  }

  /** Acknowledges a message only when it is stored: what a client knows to be sent is there after a crash. */
  #store(hub: Hub, partitionId: string | undefined, message: RawMessage, delivery: Delivery): void {
    try {
      this.#checkSize(message.sizeBytes);
      const incoming = readMessage(message.bytes, message.format);
      const partition = hub.partitionFor({ partitionId, partitionKey: incoming.partitionKey });
      partition.append(incoming, (error) => {
        if (error === undefined) delivery.accept();
        else delivery.reject(amqpErrorOf(error));
      });
    } catch (error) {
      delivery.reject(amqpErrorOf(error));
    }
  }

  #checkSize(sizeBytes: number): void {
    if (sizeBytes <= this.#messageBytesMax) return;
    throw new AmqpFault(
      'amqp:link:message-size-exceeded',
      `The received message (size: ${sizeBytes} bytes) exceeds the limit (${this.#messageBytesMax} bytes) ` +
        'currently allowed on the link.',
    );
  }
}
