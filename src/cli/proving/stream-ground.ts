import type { Container } from '@azure/cosmos';
import type { EventHubProducerClient } from '@azure/event-hubs';
import { sendEvents } from '../event-sender.ts';

/** What both systems, the local twin and Azure, are asked in the same way. */
export interface StreamClients {
  readonly producer: EventHubProducerClient;
  readonly predictions: Container;
  /** Where HTTP is, and the key for it. */
  readonly url: string;
  readonly key: string | undefined;
  readonly model: string;
  /** Rows that are scored in turn. */
  readonly rows: readonly object[];
  /** When it began: ISO 8601, UTC. */
  readonly since: string;
  readonly hub: string;
}

const callTimeoutMs = 60_000;
/** Devices that the events are of. */
const devices = 64;

/** Calls, sends and counts. */
export class StreamGround {
  readonly #clients: StreamClients;
  #sent = 0;

  constructor(clients: StreamClients) {
    this.#clients = clients;
  }

  async call(): Promise<number> {
    const { url, key, model, rows } = this.#clients;
    const headers = {
      'content-type': 'application/json',
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
    };
    try {
      const answer = await fetch(`${url}/models/${model}/score`, {
        method: 'POST',
        headers,
        body: JSON.stringify([rows[0]]),
        signal: AbortSignal.timeout(callTimeoutMs),
      });
      await answer.arrayBuffer();
      return answer.status;
    } catch {
      return 0;
    }
  }

  async send(count: number): Promise<void> {
    const { producer, rows } = this.#clients;
    const events = Array.from({ length: count }, () => {
      const number = this.#sent++;
      return { body: Buffer.from(JSON.stringify(rows[number % rows.length])), key: `prove-${number % devices}` };
    });
    await sendEvents(producer, events);
  }

  async scored(): Promise<number> {
    const { predictions, hub, since } = this.#clients;
    const query = {
      query: 'SELECT VALUE COUNT(1) FROM c WHERE c.source.hub = @hub AND c.source.enqueuedAt >= @since',
      parameters: [
        { name: '@hub', value: hub },
        { name: '@since', value: since },
      ],
    };
    const { resources } = await predictions.items.query<number>(query).fetchAll();
    return resources[0] ?? 0;
  }
}
