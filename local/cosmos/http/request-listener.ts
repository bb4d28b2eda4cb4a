import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { badRequest, CosmosError, tooLarge } from '../cosmos-error.ts';
import { limits } from '../limits.ts';
import { QueryError } from '../query/query-error.ts';
import type { Account } from '../store/account.ts';
import { refusalCharge } from '../store/request-charge.ts';
import { checkAuthorization } from './authorization.ts';
import type { CosmosAnswer } from './exchange.ts';
import { resourceAddress } from './resource-address.ts';
import { findRoute } from './routes.ts';

/** Answers every request: whatever goes wrong in it becomes an answer too. */
export function requestListener(account: Account) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      // The rest of what is too large is read and dropped: a client hears the answer only once it has sent all.
      if (bytes <= limits.requestBytesMax) chunks.push(chunk);
    });
    request.on('end', () => {
      const activityId = randomUUID();
      send(response, activityId, answerOf(account, request, { chunks, bytes }, activityId));
    });
    // A client that goes away in the middle gets no answer, and the server lives on.
    request.on('error', () => response.destroy());
  };
}

interface Body {
  readonly chunks: readonly Buffer[];
  readonly bytes: number;
}

function answerOf(account: Account, request: IncomingMessage, body: Body, activityId: string): CosmosAnswer {
  try {
    const { method = 'GET', url = '/', headers } = request;
    const address = resourceAddress(url);
    checkAuthorization(method, address, headers);
    const handler = findRoute(method, address.shape);
    return handler({ account, headers, ids: address.ids, body: jsonOf(body) });
  } catch (error) {
    return errorAnswer(error, activityId);
  }
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

function errorAnswer(error: unknown, activityId: string): CosmosAnswer {
  const { status, code, message, substatus } = asCosmosError(error);
  return {
    status,
    charge: refusalCharge,
    json: JSON.stringify({ code, message: `${message}\r\nActivityId: ${activityId}` }),
    ...(substatus !== undefined && { headers: { 'x-ms-substatus': `${substatus}` } }),
  };
}

function asCosmosError(error: unknown): CosmosError {
  if (error instanceof CosmosError) return error;
  if (error instanceof QueryError) return badRequest(error.toServiceMessage());
  return new CosmosError(500, 'InternalServerError', error instanceof Error ? error.message : String(error));
}

function send(response: ServerResponse, activityId: string, { status, charge, json, headers }: CosmosAnswer): void {
  response.writeHead(status, {
    ...headers,
    'x-ms-activity-id': activityId,
    'x-ms-request-charge': `${charge}`,
    ...(json !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) }),
  });
  response.end(json);
}
