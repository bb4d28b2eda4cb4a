import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { externals } from '../../scripts/externals.ts';
import { refusedLicences } from '../../scripts/package/licences.ts';
import { type AppPackage, makePackage, packageLimits } from '../../scripts/package/make-package.ts';
import { zipOf } from '../../scripts/package/zip.ts';
import { project } from '../docs/markdown.ts';
import { bundledModel } from '../scoring/bundled-model.ts';

const canaries = Array.from({ length: 50 }, (_, i) => `canary-${i}-9f2c4e1b7a${String(i).padStart(3, '0')}`);
const canaryNames = canaries.map((_, i) => `SLUICE_CANARY_${i}_SECRET`);

let first: AppPackage;
let second: AppPackage;
let text: string;
const paths = () => first.entries.map(({ path }) => path);
const contentOf = (path: string) => first.entries.find((entry) => entry.path === path)!.bytes.toString();

beforeAll(async () => {
  for (const [i, name] of canaryNames.entries()) process.env[name] = canaries[i];
  first = await makePackage(project);
  second = await makePackage(project);
  text = Buffer.concat(first.entries.map(({ bytes }) => bytes)).toString('latin1');
  return () => {
    for (const name of canaryNames) delete process.env[name];
  };
}, 180_000);

describe('npm run package', () => {
  test('gives the same bytes twice', () => {
    expect(second.sha256).toBe(first.sha256);
    expect(second.zip.equals(first.zip)).toBe(true);
  });

  test('stays below 60 MB and 200 files', () => {
    expect(packageLimits).toEqual({ bytesMax: 60 << 20, filesMax: 200 });
    expect(first.zip.length).toBeLessThan(packageLimits.bytesMax);
    expect(first.entries.length).toBeLessThanOrEqual(packageLimits.filesMax);
  });

  test('holds no secret of the environment, and no path of the machine that built it', () => {
    expect(canaries.filter((canary) => text.includes(canary))).toEqual([]);
    expect(text.includes(project)).toBe(false);
  });

  test('holds what the host loads, and Linux binaries alone', () => {
    expect(paths()).toEqual(expect.arrayContaining(['host.json', 'package.json', 'dist/functions/score-http.js']));
    expect(JSON.parse(contentOf('package.json'))).toMatchObject({ main: 'dist/functions/*.js', type: 'module' });
    const natives = paths().filter((path) => /\.(node|so|dll|dylib|exe)/.test(path));
    expect(natives.length).toBeGreaterThanOrEqual(2);
    expect(natives.filter((path) => !/linux[/-]x64/.test(path))).toEqual([]);
  });

  test('holds no module for development, no maps, types, tests or sources', () => {
    expect(paths().filter((path) => /\.(ts|map|md)$|^(test|local|src|infra|training)\//.test(path))).toEqual([]);
    const { devDependencies } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
    const shipped = new Set(paths().map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]));
    expect(Object.keys(devDependencies).filter((name) => shipped.has(name))).toEqual([]);
    for (const { name, isGiven, forInstallOnly = [] } of externals) {
      expect(shipped.has(name)).toBe(!isGiven);
      for (const each of forInstallOnly) expect(shipped.has(each)).toBe(false);
    }
  });
});

test('the app that runs graphs does not load what writes them: it would be a third of its start', () => {
  expect(paths().filter((path) => path.startsWith('dist/')).length).toBeGreaterThan(5);
  expect([...text.matchAll(/^\/\/ (?:\S*\/)?node_modules\/(onnx-buf|@bufbuild)\//gm)]).toEqual([]);
});

describe('the papers in the package', () => {
  interface Component {
    readonly type: string;
    readonly name: string;
    readonly version: string;
    readonly hashes?: readonly { readonly content: string }[];
  }
  const components = (): Component[] => JSON.parse(contentOf('sbom.cdx.json')).components;

  test('the bill of materials names every module that is shipped, bundled or not', () => {
    const named = new Set(components().map(({ name }) => name));
    for (const name of ['@azure/cosmos', '@azure/functions', 'onnxruntime-node', 'onnxruntime-common', 'zod'])
      expect(named).toContain(name);
    // esbuild leaves the origin of each part in a comment.
    const bundled = [...text.matchAll(/^\/\/ (?:\S*\/)?node_modules\/((?:@[^/\n]+\/)?[^/\n]+)\//gm)].map(
      ([, name = '']) => name,
    );
    expect(bundled.length).toBeGreaterThan(20);
    expect([...new Set(bundled)].filter((name) => !named.has(name))).toEqual([]);
  });

  test('it names ONNX Runtime and each model by the digest that documents carry', async () => {
    const runtime = components().find(({ name }) => name.includes('libonnxruntime.so'));
    expect(runtime).toMatchObject({ type: 'file', version: '1.30.0', hashes: [{ alg: 'SHA-256' }] });
    const model = components().find(({ type }) => type === 'machine-learning-model');
    expect(model).toMatchObject({ name: 'machine-failure', version: '1' });
    expect(`sha256:${model?.hashes?.[0]?.content}`).toBe((await bundledModel()).digest);
  });

  test('the licences are there, and one that no list allows stops the build', () => {
    expect(contentOf('third-party-licences.txt')).toMatch(/^zod \d.* \(MIT\)$/m);
    const module = (licence: string) => ({ name: 'x', version: '1.0.0', licence, licenceText: undefined });
    expect(refusedLicences(['MIT', '(MIT OR GPL-3.0)', '(Apache-2.0 AND BSD-3-Clause)'].map(module))).toEqual([]);
    expect(refusedLicences(['GPL-3.0', 'MIT AND GPL-2.0', ''].map(module))).toHaveLength(3);
  });
});

test('an archive holds its files, in order, whatever order they came in', () => {
  const files = ['b/c.txt', 'a.txt'].map((path) => ({ path, bytes: Buffer.from(`content of ${path}`) }));
  const zip = zipOf(files);
  expect(zip.equals(zipOf(files.toReversed()))).toBe(true);
  const length = zip.readUInt32LE(18);
  const begin = 30 + zip.readUInt16LE(26);
  expect(zip.subarray(30, begin).toString()).toBe('a.txt');
  expect(inflateRawSync(zip.subarray(begin, begin + length)).toString()).toBe('content of a.txt');
});
