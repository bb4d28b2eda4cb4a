import { createHash } from 'node:crypto';
import { type ResultFormat, resultFormatOf, resultFormats } from '../../routes/result-format.ts';
import { isObject, memberOf, readJsonBody } from '../body-json.ts';
import { isJson, parseMediaType } from '../media-type.ts';
import { type Refusal, refusal } from '../refusal.ts';

/** What a job is asked for: a blob that is there, or one that the body becomes. */
export type JobRequest = {
  readonly blob: string;
  /** The format of the results, where the call asks for one. */
  readonly results: ResultFormat | undefined;
} & ({ readonly kind: 'blob' } | { readonly kind: 'body'; readonly contentType: string });

const endings: Readonly<Record<string, string>> = {
  'text/csv': 'csv',
  'application/x-ndjson': 'ndjson',
  'application/jsonl': 'ndjson',
  'application/jsonlines': 'ndjson',
};

/** A blob's name may have so many characters. */
const blobCharactersMax = 1_024;

/**
 * Reads `POST /jobs`: `{"blob": "pump/shift.csv"}` names a blob in the container of uploads; CSV or NDJSON with `?to=pump`
 * becomes one in that folder, named by the id of the call and its bytes, so that the same call again is the same job.
 * Either may say how the results are to be written: `"results": "parquet"`, or `&results=parquet`.
 */
export function readJob(
  contentType: string | undefined,
  query: string,
  body: Uint8Array,
  requestId: string,
): JobRequest | Refusal {
  const { type } = parseMediaType(contentType ?? 'application/json');
  const ending = Object.hasOwn(endings, type) ? endings[type] : undefined;
  if (ending !== undefined) {
    const words = new URLSearchParams(query);
    const to = words.get('to')?.replace(/\/+$/, '') ?? '';
    if (to === '')
      return refusal('request.malformed', 'Expected the folder of the upload in the query, such as ?to=pump.');
    const asked = readResults(words.get('results') ?? undefined);
    if ('code' in asked) return asked;
    const digest = shortDigest(asked.results ?? '', body);
    const blob = `${to}/${requestId.replaceAll(/[^A-Za-z0-9._-]/g, '-')}-${digest}.${ending}`;
    return wrongName(blob) ?? { kind: 'body', blob, contentType: type, ...asked };
  }
  if (!isJson(contentType)) {
    const message = 'Expected application/json with {"blob": ...}, or text/csv or application/x-ndjson with rows.';
    return refusal('media_type.unsupported', message);
  }
  const root = readJsonBody(body);
  if ('code' in root) return root;
  const member = (name: string) => (isObject(root.value) ? memberOf(root.value, name) : undefined);
  const blob = member('blob');
  if (typeof blob !== 'string' || blob === '') {
    return refusal('request.malformed', 'Expected {"blob": "<name of a blob in the container incoming>"}.');
  }
  const asked = readResults(member('results'));
  if ('code' in asked) return asked;
  return wrongName(blob) ?? { kind: 'blob', blob, ...asked };
}

function readResults(asked: unknown): Pick<JobRequest, 'results'> | Refusal {
  if (asked === undefined) return { results: undefined };
  const results = typeof asked === 'string' ? resultFormatOf(asked) : undefined;
  if (results !== undefined) return { results };
  return refusal('file.unknown_results', `Expected "results" to be one of ${resultFormats.join(', ')}.`);
}

const digestCharacters = 12;

const shortDigest = (...parts: readonly (Uint8Array | string)[]): string =>
  parts
    .reduce((sum, part) => sum.update(part), createHash('sha256'))
    .digest('hex')
    .slice(0, digestCharacters);

/** Names that storage refuses, or would read as others. */
function wrongName(blob: string): Refusal | undefined {
  const isWrong = blob.length > blobCharactersMax || /(^|\/)\.{0,2}(\/|$)|[\p{Cc}\\]/u.test(blob);
  return isWrong ? refusal('request.malformed', 'Expected the name of a blob, such as pump/shift.csv.') : undefined;
}
