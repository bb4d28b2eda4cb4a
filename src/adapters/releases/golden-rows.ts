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

/**
 * Has the app at `url` score the golden rows of each model of a package.
 * @param key sent as a Bearer token, where callers need one
 * @returns what is not as it must be, a line each
 */
export async function checkGoldenRows(zip: ZipFiles, url: string, key: string | undefined): Promise<string[]> {
  const problems = await Promise.all(
    modelsOf(zip).map(({ model, version }) => checkModel(zip, url, key, model, version)),
  );
  return problems.flat();
}

async function checkModel(
  zip: ZipFiles,
  url: string,
  key: string | undefined,
  model: string,
  version: number,
): Promise<string[]> {
  const folder = `models/${model}/${version}`;
  if (!zip.paths.includes(`${folder}/${goldenFile}`)) return [];
  const golden = parseGolden(JSON.parse(zip.read(`${folder}/${goldenFile}`).toString()));
  if (Array.isArray(golden)) return [`${folder}/${goldenFile} is broken.`];
  const expectedDigest = digestOfFiles(
    new Map(deciding.map((file): [string, Digest] => [file, digestOf(zip.read(`${folder}/${file}`))])),
  );
  const cases = golden.cases.filter(({ rows = [] }) => rows.length > 0);
  const problems = await Promise.all(
    cases.map((each) => checkCase({ url, key, model, version, expectedDigest, golden }, each)),
  );
  return problems.flat();
}

interface Asked {
  readonly url: string;
  readonly key: string | undefined;
  readonly model: string;
  readonly version: number;
  readonly expectedDigest: Digest;
  readonly golden: Golden;
}

async function checkCase(asked: Asked, { rows = [], expected = [] }: Golden['cases'][number]): Promise<string[]> {
  const { url, key, model, version, expectedDigest, golden } = asked;
  const who = `${model} ${version}`;
  let answer: Response;
  try {
    answer = await fetch(`${url}/models/${model}/versions/${version}/score`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(key !== undefined && { authorization: `Bearer ${key}` }) },
      body: JSON.stringify(rows),
      signal: AbortSignal.timeout(callTimeoutMs),
    });
  } catch (error) {
    return [`${who}: ${url} does not answer (${(error as Error).message}).`];
  }
  const text = await answer.text();
  if (!answer.ok) return [`${who}: its golden rows were answered with ${answer.status} ${text.slice(0, 200)}`];
  const { modelDigest, scores = [] } = JSON.parse(text) as { modelDigest?: string; scores?: readonly Score[] };
  if (modelDigest !== expectedDigest) return [`${who}: the digest is ${modelDigest}, expected ${expectedDigest}.`];
  const faults = expected.flatMap((score, i) => compareScore(scores[i], score, golden.tolerance, `/${i}`));
  return faults.slice(0, 3).map(({ path, expected, got }) => `${who}${path}: expected ${expected}, got ${got}.`);
}
