import type { Digest } from '../../core/digest.ts';
import { digestOf, digestOfFiles } from '../../core/digest.ts';
import { compareScore } from '../../core/golden/compare.ts';
import { type Golden, goldenFile, parseGolden } from '../../core/golden/golden.ts';
import type { Score } from '../../core/outputs/read-outputs.ts';
import type { ZipFiles } from './zip-files.ts';

const callTimeoutMs = 60_000;
const deciding = ['manifest.json', 'scoring.json', 'scoring.onnx'];

/** The highest sealed version of each model in a package. */
export function modelsOf(zip: ZipFiles): { readonly model: string; readonly version: number }[] {
  const highest = new Map<string, number>();
  for (const path of zip.paths) {
    const [, model = '', version = ''] = /^models\/([^/]+)\/(\d+)\/digests\.json$/.exec(path) ?? [];
    if (model !== '') highest.set(model, Math.max(highest.get(model) ?? 0, Number(version)));
  }
  return [...highest].map(([model, version]) => ({ model, version }));
}

/** The app that is asked. */
export interface AskedApp {
  readonly url: string;
  /** Sent as a Bearer token, where callers need one. */
  readonly key: string | undefined;
  readonly sleep: (ms: number) => Promise<unknown>;
}

/** A cold start, a package that is just being changed, a key that is seconds old: so long it is asked again. */
const tries = 24;
const betweenMs = 5_000;
const passing = [401, 408, 429, 500, 502, 503, 504];

/**
 * Has the app score the golden rows of each model of a package, once it says that it is the version of the package.
 * @returns what is not as it must be, a line each
 */
export async function checkGoldenRows(zip: ZipFiles, app: AskedApp): Promise<string[]> {
  const other = await versionProblem(zip, app);
  if (other !== undefined) return [other];
  const problems = await Promise.all(modelsOf(zip).map(({ model, version }) => checkModel(zip, app, model, version)));
  return problems.flat();
}

/** Asks until the answer is one that stays. @returns the last one; a text where nobody answered */
async function asked(
  { url, key, sleep }: AskedApp,
  path: string,
  isLasting: (answer: Answer) => boolean,
  rows?: unknown,
) {
  const init = {
    headers: { 'content-type': 'application/json', ...(key !== undefined && { authorization: `Bearer ${key}` }) },
    ...(rows !== undefined && { method: 'POST', body: JSON.stringify(rows) }),
  };
  let last: Answer | string = 'nobody answered';
  for (let attempt = 1; attempt <= tries; attempt++) {
    try {
      const answer = await fetch(`${url}${path}`, { ...init, signal: AbortSignal.timeout(callTimeoutMs) });
      last = { status: answer.status, text: await answer.text() };
      if (!passing.includes(last.status) && isLasting(last)) return last;
    } catch (error) {
      last = `${url} does not answer (${(error as Error).message})`;
    }
    if (attempt < tries) await sleep(betweenMs);
  }
  return last;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** The former package may answer for a while. A key without the right to look is no reason to fail. */
async function versionProblem(zip: ZipFiles, app: AskedApp): Promise<string | undefined> {
  const { version } = JSON.parse(zip.read('package.json').toString()) as { version: string };
  const isIt = ({ status, text }: Answer) => status !== 200 || JSON.parse(text).version === version;
  const answer = await asked(app, '/v2', isIt);
  if (typeof answer === 'string') return `${answer}.`;
  if (answer.status === 200)
    return isIt(answer) ? undefined : `The app still is version ${JSON.parse(answer.text).version}, not ${version}.`;
  return answer.status === 403 ? undefined : `The app answers ${answer.status} when it is asked what it is.`;
}

async function checkModel(zip: ZipFiles, app: AskedApp, model: string, version: number): Promise<string[]> {
  const folder = `models/${model}/${version}`;
  if (!zip.paths.includes(`${folder}/${goldenFile}`)) return [];
  const golden = parseGolden(JSON.parse(zip.read(`${folder}/${goldenFile}`).toString()));
  if (Array.isArray(golden)) return [`${folder}/${goldenFile} is broken.`];
  const expectedDigest = digestOfFiles(
    new Map(deciding.map((file): [string, Digest] => [file, digestOf(zip.read(`${folder}/${file}`))])),
  );
  const cases = golden.cases.filter(({ rows = [] }) => rows.length > 0);
  const problems = await Promise.all(
    cases.map((each) => checkCase({ app, model, version, expectedDigest, golden }, each)),
  );
  return problems.flat();
}

interface AskedModel {
  readonly app: AskedApp;
  readonly model: string;
  readonly version: number;
  readonly expectedDigest: Digest;
  readonly golden: Golden;
}

async function checkCase(of: AskedModel, { rows = [], expected = [] }: Golden['cases'][number]): Promise<string[]> {
  const { app, model, version, expectedDigest, golden } = of;
  const who = `${model} ${version}`;
  const answer = await asked(app, `/models/${model}/versions/${version}/score`, () => true, rows);
  if (typeof answer === 'string') return [`${who}: ${answer}.`];
  if (answer.status !== 200)
    return [`${who}: its golden rows were answered with ${answer.status} ${answer.text.slice(0, 200)}`];
  const { modelDigest, scores = [] } = JSON.parse(answer.text) as { modelDigest?: string; scores?: readonly Score[] };
  if (modelDigest !== expectedDigest) return [`${who}: the digest is ${modelDigest}, expected ${expectedDigest}.`];
  const faults = expected.flatMap((score, i) => compareScore(scores[i], score, golden.tolerance, `/${i}`));
  return faults.slice(0, 3).map(({ path, expected, got }) => `${who}${path}: expected ${expected}, got ${got}.`);
}
