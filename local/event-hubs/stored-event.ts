/** An event in a partition, ready for delivery. */
export interface StoredEvent {
  /** Position in the partition, without gaps. */
  readonly sequence: number;
  /** When the broker took it, in ms since 1970; never less than that of the event before. */
  readonly enqueuedMs: number;
  /** The message as consumers receive it. */
  readonly wire: Buffer;
  /** End of the header section in `wire`: what is said of one delivery goes in there. */
  readonly headerEnd: number;
}

/**
 * Offsets are opaque to clients, so they are made from the sequence number. They differ from it on purpose: a client
 * that takes one for the other must not get away with it here.
 */
const offsetStep = 16;

/** The offset of an event; below 2^53, as the clients need it, for sequence numbers below 2^49. */
export const offsetOf = (sequence: number): number => sequence * offsetStep;

/** The first sequence number whose offset is `offset` or more. */
export const sequenceAtOffset = (offset: number): number => Math.ceil(offset / offsetStep);
