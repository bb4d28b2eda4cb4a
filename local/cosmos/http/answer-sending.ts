import type { ServerResponse } from 'node:http';
import { badRequest, CosmosError } from '../cosmos-error.ts';
import { QueryError } from '../query/query-error.ts';
import { refusalCharge } from '../store/request-charge.ts';
import type { CosmosAnswer } from './exchange.ts';

/** Sends an answer whole. */
export function sendAnswer(response: ServerResponse, activityId: string, answer: CosmosAnswer): void {
  writeHead(response, activityId, answer);
  response.end(answer.json);
}

/** Sends the first part of an answer's body, then cuts the connection. @param share of the body; 0 is nothing at all */
export function cutAnswer(response: ServerResponse, activityId: string, answer: CosmosAnswer, share: number): void {
  const bytes = Buffer.from(answer.json ?? '');
  const part = bytes.subarray(0, Math.floor(bytes.length * share));
  if (part.length === 0) {
    response.destroy();
    return;
  }
  writeHead(response, activityId, answer);
  response.write(part, () => response.destroy());
}

function writeHead(response: ServerResponse, activityId: string, { status, charge, json, headers }: CosmosAnswer) {
  response.writeHead(status, {
    ...headers,
    'x-ms-activity-id': activityId,
    'x-ms-request-charge': `${charge}`,
    ...(json !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) }),
  });
}

/** What a failed request is answered with. */
export function errorAnswer(error: unknown, activityId: string): CosmosAnswer {
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
