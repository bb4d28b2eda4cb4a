import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SeededRandom } from '../../devices/seeded-random.ts';
import type { FaultInjector } from '../../faults/fault-injector.ts';
import { badRequest, tooLarge } from '../cosmos-error.ts';
import { limits } from '../limits.ts';
import type { Account } from '../store/account.ts';
import { errorAnswer, sendAnswer } from './answer-sending.ts';
import { checkAuthorization } from './authorization.ts';
import type { CosmosAnswer } from './exchange.ts';
import { requestFacts } from './request-facts.ts';
import { type ResourceAddress, resourceAddress } from './resource-address.ts';
import { findRoute } from './routes.ts';
import { strikeRequest } from './struck-request.ts';
import type { Traffic } from './traffic.ts';

export interface ListenerOptions {
  readonly account: Account;
  /** What goes wrong on purpose with requests about documents. */
  readonly faults: FaultInjector;
  readonly traffic: Traffic;
}

/** Answers every request: whatever goes wrong in it becomes an answer too. */
export function requestListener(options: ListenerOptions) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      // The rest of what is too large is read and dropped: a client hears the answer only once it has sent all.
      if (bytes <= limits.requestBytesMax) chunks.push(chunk);
    });
    request.on('end', () => serve(options, request, { chunks, bytes }, response));
    // A client that goes away in the middle gets no answer, and the server lives on.
    request.on('error', () => response.destroy());
  };
}

interface Body {
  readonly chunks: readonly Buffer[];
  readonly bytes: number;
}

function serve(options: ListenerOptions, request: IncomingMessage, body: Body, response: ServerResponse): void {
  const activityId = randomUUID();
  const { method = 'GET', url = '/', headers } = request;
  let address: ResourceAddress;
  try {
    address = resourceAddress(url);
  } catch (error) {
    sendAnswer(response, activityId, errorAnswer(error, activityId));
    return;
  }
  const facts = requestFacts(method, address, headers);
  if (facts !== undefined) response.once('close', options.traffic.begin(facts));
  const strike = facts && options.faults.strike(facts);
  const answer = (failing?: SeededRandom) => answerOf(options, { request, address, body, activityId, failing });
  if (strike === undefined) sendAnswer(response, activityId, answer());
  else strikeRequest(strike, { response, activityId, answer });
}

interface ReceivedRequest {
  readonly request: IncomingMessage;
  readonly address: ResourceAddress;
  readonly body: Body;
  readonly activityId: string;
  readonly failing: SeededRandom | undefined;
}

function answerOf({ account, traffic }: ListenerOptions, received: ReceivedRequest): CosmosAnswer {
  const { request, address, body, activityId, failing } = received;
  const { method = 'GET', headers } = request;
  const started = performance.now();
  let answer: CosmosAnswer;
  try {
    checkAuthorization(method, address, headers);
    const handler = findRoute(method, address.shape);
    answer = handler({ account, headers, ids: address.ids, body: jsonOf(body), failing });
  } catch (error) {
    answer = errorAnswer(error, activityId);
  }
  traffic.add({ charge: answer.charge, busyMs: performance.now() - started });
  return answer;
}

function jsonOf({ chunks, bytes }: Body): unknown {
  if (bytes > limits.requestBytesMax) throw tooLarge('request', bytes, limits.requestBytesMax);
  if (bytes === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch (error) {
    throw badRequest(`The request body is not JSON: ${(error as Error).message}`);
  }
}
