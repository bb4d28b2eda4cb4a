import { type Code, codes } from '../codes.ts';
import type { DialectName } from '../protocols/call-route.ts';
import { httpStatusOf } from '../protocols/status-codes.ts';
import { jsonOf, type Part, schemaRef } from './described-model.ts';

const text = { type: 'string' };

const fault: Part = {
  type: 'object',
  required: ['code', 'path', 'expected', 'got'],
  properties: {
    code: schemaRef('Code'),
    path: { ...text, description: 'JSON Pointer to the value, from the body.' },
    expected: text,
    got: text,
  },
};

/** What every dialect says of a fault, beside a message in its own place. */
const details: Readonly<Record<string, Part>> = {
  code: schemaRef('Code'),
  requestId: text,
  faults: { type: 'array', items: schemaRef('Fault') },
  faultsNotShown: { type: 'integer' },
};

const object = (required: readonly string[], properties: Part): Part => ({ type: 'object', required, properties });

/** Each dialect has a shape for errors of its own. */
const shapes: Readonly<Record<DialectName, string>> = {
  plain: 'Error',
  openInference: 'InferenceError',
  kserveV1: 'InferenceError',
  mlflow: 'MlflowError',
  azureMl: 'AzureMlError',
};

/** The schemas of all errors. */
export const refusalSchemas: Readonly<Record<string, Part>> = {
  Code: { type: 'string', enum: Object.keys(codes), description: 'What is wrong; a code never changes its meaning.' },
  Fault: fault,
  Error: object(['error'], { error: object(['code', 'message', 'requestId'], { message: text, ...details }) }),
  InferenceError: object(['error', 'code'], { error: text, ...details }),
  MlflowError: object(['error_code', 'message'], { error_code: text, message: text, ...details }),
  AzureMlError: object(['message', 'code'], { message: text, ...details }),
};

const scoreStatuses = [400, 401, 403, 404, 413, 415, 422, 429, 431, 500, 503, 504];
const otherStatuses = [400, 401, 403, 404, 431, 500, 503, 504];

/** The answers to a call that is refused, by status. */
export function refusalsOf(dialect: DialectName, isScore: boolean): Part {
  const statuses = isScore ? scoreStatuses : otherStatuses;
  return Object.fromEntries(
    statuses.map((status) => [
      String(status),
      { description: descriptions.get(status) ?? '', content: jsonOf(schemaRef(shapes[dialect])) },
    ]),
  );
}

/** What each status may mean. A bad request may mean most of the codes: the schema lists them. */
const descriptions: ReadonlyMap<number, string> = new Map(
  scoreStatuses.map((status) => {
    const found = (Object.keys(codes) as Code[]).filter((code) => httpStatusOf(code) === status);
    const listed = found.map((code) => `\`${code}\`: ${codes[code]}`).join('\n\n');
    return [status, status === 400 ? 'The call, or one of its values, is wrong: see the code.' : listed];
  }),
);
