import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { SeededRandom } from '../../devices/seeded-random.ts';
import type { Strike } from '../../faults/fault-injector.ts';
import { CosmosError } from '../cosmos-error.ts';
import { cutAnswer, errorAnswer, sendAnswer } from './answer-sending.ts';
import type { CosmosAnswer } from './exchange.ts';

export interface StruckRequest {
  readonly response: ServerResponse;
  readonly activityId: string;
  /** Does what was asked; with `failing`, only some operations of it. */
  readonly answer: (failing?: SeededRandom) => CosmosAnswer;
}

/** The words and substatus numbers under which the service gives statuses that may heal. */
const refusals: Readonly<Record<number, readonly [code: string, message: string, substatus?: number]>> = {
  408: ['RequestTimeout', 'Request timed out.'],
  410: ['Gone', 'The requested resource is no longer available at the server.'],
  429: ['TooManyRequests', 'Request rate is large. More Request Units may be needed, so no changes were made.', 3200],
  449: ['RetryWith', 'Conflicting request to resource has been attempted. Retry to avoid conflicts.'],
  500: ['InternalServerError', 'An unknown error has occurred.'],
  503: ['ServiceUnavailable', 'Service is currently unavailable, please retry after a while.'],
};
const tooManyRequests = 429;

/** A refusal as the service words it. */
export function refusalOf(status: number): CosmosError {
  const [code, message, substatus] = refusals[status]!;
  return new CosmosError(status, code, message, substatus);
}

const partitionFull = () => new CosmosError(403, 'Forbidden', 'Partition key reached maximum size of 20 GB.', 1014);

/** Lets a request go wrong as the strike says. */
export async function strikeRequest(strike: Strike, request: StruckRequest): Promise<void> {
  const { response, activityId, answer } = request;
  const send = (whole: CosmosAnswer) => sendAnswer(response, activityId, whole);
  switch (strike.kind) {
    case 'throttle': {
      const refusal = errorAnswer(refusalOf(tooManyRequests), activityId);
      const headers = { ...refusal.headers, 'x-ms-retry-after-ms': String(strike.retryAfterMs) };
      return send({ ...refusal, headers });
    }
    case 'status':
      return send(errorAnswer(refusalOf(strike.status), activityId));
    case 'partition-full':
      return send(errorAnswer(partitionFull(), activityId));
    case 'some-items':
      return send(answer(strike.chosen));
    case 'slow':
      await delay(strike.delayMs);
      return send(answer());
    case 'reset':
      return void response.destroy();
    case 'lost-answer':
      return cutAnswer(response, activityId, answer(), 0);
    case 'truncate':
      return cutAnswer(response, activityId, answer(), 0.5);
  }
}
