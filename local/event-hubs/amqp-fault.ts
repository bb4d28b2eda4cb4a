import type { AmqpError } from 'rhea';

/** The AMQP conditions that this broker answers with; the vendor clients map each to an error code of their own. */
export type Condition =
  | 'amqp:decode-error'
  | 'amqp:internal-error'
  | 'amqp:link:message-size-exceeded'
  | 'amqp:link:stolen'
  | 'amqp:link:detach-forced'
  | 'amqp:not-found'
  | 'amqp:resource-limit-exceeded'
  | 'com.microsoft:argument-error';

/** A refusal that goes back to the client as an AMQP error; its connection stays open. */
export class AmqpFault extends Error {
  readonly condition: Condition;

  constructor(condition: Condition, description: string) {
    super(description);
    this.name = 'AmqpFault';
    this.condition = condition;
  }
}

/** What went wrong, as an AMQP error; anything but a refusal of ours is an internal error. */
export function amqpErrorOf(error: unknown): AmqpError {
  if (error instanceof AmqpFault) return { condition: error.condition, description: error.message };
  return { condition: 'amqp:internal-error', description: error instanceof Error ? error.message : String(error) };
}

/** The refusal of an address that names nothing here. */
export function notFound(address: string): AmqpFault {
  return new AmqpFault('amqp:not-found', `The messaging entity '${address}' could not be found.`);
}
