import rhea, { type Message } from 'rhea';
import type { NodeAddress } from './addresses.ts';
import { amqpErrorOf } from './amqp-fault.ts';
import type { Answer } from './management-node.ts';
import type { ServerReceiver, ServerSender } from './rhea-internals.ts';
import type { Delivery } from './sender-links.ts';

type Node = NodeAddress['node'];

/**
 * The pairs of links on which clients ask the broker's nodes: requests come on one, answers go out on the other, which
 * a request names by its address (or its name, as some clients do).
 */
export class RequestLinks {
  readonly #answers: Readonly<Record<Node, (request: Message) => Answer>>;
  readonly #nodeOf = new WeakMap<ServerSender, Node>();

  constructor(answers: Readonly<Record<Node, (request: Message) => Answer>>) {
    this.#answers = answers;
  }

  /** Prepares a link for the answers of a node. */
  openAnswers(link: ServerSender, node: Node): void {
    this.#nodeOf.set(link, node);
  }

  /** @returns what answers the requests that come on a link */
  openRequests(link: ServerReceiver, node: Node): (request: Buffer, delivery: Delivery) => void {
    return (bytes, delivery) => {
      try {
        const request = rhea.message.decode(bytes) as unknown as Message;
        const answer = this.#answers[node](request);
        this.#answerLink(link, node, request.reply_to)?.send(answerMessage(request, answer));
        delivery.accept();
      } catch (error) {
        delivery.reject(amqpErrorOf(error));
      }
    };
  }

  #answerLink(requests: ServerReceiver, node: Node, replyTo: string | undefined): ServerSender | undefined {
    const candidates: ServerSender[] = [];
    requests.connection.each_sender((link: ServerSender) => {
      if (this.#nodeOf.get(link) === node) candidates.push(link);
    });
    return (
      candidates.find((link) => link.target?.address === replyTo || link.name === replyTo) ??
      candidates.find((link) => link.session === requests.session)
    );
  }
}

/** Clients differ in which of the two names of the status they read. */
function answerMessage(request: Message, { status, description, condition, body }: Answer): Message {
  const statusCode = rhea.types.wrap_int(status);
  return {
    ...(request.message_id !== undefined && { correlation_id: request.message_id }),
    body: body ?? null,
    application_properties: {
      'status-code': statusCode,
      statusCode,
      'status-description': description,
      ...(condition !== undefined && { 'error-condition': condition }),
    },
  };
}
