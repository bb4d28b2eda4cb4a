import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(root, file)));
const sources = tracked.filter((file) => file.endsWith('.ts'));
const product = sources.filter((file) => /^(functions|src|local)\//.test(file));
const textOf = (file: string) => readFileSync(join(root, file), 'utf8');

/** Rooms from the inside out: a file may import from its own room and from those before it. */
const rooms = ['src/core', 'src/scoring', 'src/adapters', 'src/compose.ts', 'functions'];
const roomOf = (file: string) => rooms.findIndex((room) => file === room || file.startsWith(`${room}/`));

/** Every module that a file names, with or without a type-only import. */
function importsOf(file: string): string[] {
  const found = textOf(file).matchAll(/(?:\bfrom\s+|\bimport\s*\(?\s*)'([^']+)'/g);
  return [...found].map((match) => match[1]!);
}

const projectPath = (file: string, specifier: string) => relative(root, resolve(root, dirname(file), specifier));

test('imports point inwards only: core <- scoring <- adapters <- compose <- functions', () => {
  const wrong = product
    .filter((file) => roomOf(file) >= 0)
    .flatMap((file) =>
      importsOf(file)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => projectPath(file, specifier))
        .filter((target) => !target.endsWith('.json') && (roomOf(target) < 0 || roomOf(target) > roomOf(file)))
        .map((target) => `${file} -> ${target}`),
    );
  expect(wrong).toEqual([]);
});

test('the shipped app never imports the twin, and the twin never imports a door', () => {
  const wrong = product.flatMap((file) =>
    importsOf(file)
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => projectPath(file, specifier))
      .filter((target) => (file.startsWith('local/') ? target.startsWith('functions/') : target.startsWith('local/')))
      .map((target) => `${file} -> ${target}`),
  );
  expect(wrong).toEqual([]);
});

test('core is pure: no vendor, no I/O, no clock, no environment, nothing asynchronous', () => {
  /** node:crypto hashes and node:zlib unpacks, and nothing else there; zod reads shapes; the other two are the words of the ONNX format. */
  const allowed = new Set(['node:crypto', 'node:zlib', 'zod', 'onnx-buf', '@bufbuild/protobuf']);
  const wrong = product
    .filter((file) => file.startsWith('src/core/'))
    .flatMap((file) => [
      ...importsOf(file)
        .filter((specifier) => !specifier.startsWith('.') && !allowed.has(specifier))
        .map((specifier) => `${file} imports ${specifier}`),
      ...['process.env', 'Date.now', 'new Date()', 'async ', 'await ', 'setTimeout', 'setImmediate', 'Math.random']
        .filter((word) => withoutComments(textOf(file)).includes(word))
        .map((word) => `${file} uses ${word.trim()}`),
    ]);
  expect(wrong).toEqual([]);
});

const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '');

test('use cases know no vendor', () => {
  const wrong = product
    .filter((file) => file.startsWith('src/scoring/'))
    .flatMap((file) => importsOf(file).map((specifier) => [file, specifier] as const))
    .filter(([, specifier]) => !specifier.startsWith('.') && !specifier.startsWith('node:'));
  expect(wrong).toEqual([]);
});

test('only the wiring and the command line read the environment', () => {
  const wrong = product
    .filter((file) => file.startsWith('src/') || file.startsWith('functions/'))
    .filter((file) => file !== 'src/compose.ts' && !file.startsWith('src/cli/'))
    // Setting a variable for the native library before it is loaded is no reading.
    .filter((file) => /process\.env(?!\.\w+ = )/.test(withoutComments(textOf(file))));
  expect(wrong).toEqual([]);
});

test('a file holds one duty: at most 250 lines, 80 at the median', () => {
  const lengths = product.map((file) => ({ file, lines: textOf(file).split('\n').length - 1 }));
  expect(lengths.filter(({ lines }) => lines > 250)).toEqual([]);
  const sorted = lengths.map(({ lines }) => lines).sort((a, b) => a - b);
  expect(sorted[Math.floor(sorted.length / 2)] ?? 0).toBeLessThanOrEqual(80);
});

test('names are kebab-case and say what is inside', () => {
  const wrong = sources.filter(
    (file) =>
      !/^[a-z0-9]+(-[a-z0-9]+)*(\.(test|config))?\.ts$/.test(file.split('/').at(-1)!) ||
      /(^|\/)(utils?|helpers?|common|misc|index)(\.ts$|\/)/.test(file),
  );
  expect(wrong).toEqual([]);
});

test('no barrel re-exports what another file defines', () => {
  const wrong = product.filter((file) => /^export (\*|\{[^}]*\}) from /m.test(textOf(file)));
  expect(wrong).toEqual([]);
});

test('nothing is left unfinished', () => {
  const marks = new RegExp(['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'not ' + 'implemented'].join('|'));
  const wrong = tracked.filter((file) => /\.(ts|mjs|md|bicep|py)$/.test(file) && marks.test(textOf(file)));
  expect(wrong).toEqual([]);
});

test('no test is skipped by hand or runs alone', () => {
  const wrong = sources.filter((file) => /\b(it|test|describe)\.(skip|todo|only)\(/.test(textOf(file)));
  expect(wrong).toEqual([]);
});

test('the lock file is whole: every optional package of every platform has its entry, and no address is recorded', () => {
  const lock = JSON.parse(textOf('package-lock.json')) as {
    packages: Record<string, { optionalDependencies?: Record<string, string>; resolved?: string }>;
  };
  const paths = Object.keys(lock.packages);
  const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !paths.some((each) => each.endsWith(`node_modules/${name}`)))
      .map((name) => `${path} -> ${name}`),
  );
  expect(missing).toEqual([]);
  expect(Object.values(lock.packages).filter(({ resolved }) => resolved?.startsWith('http'))).toEqual([]);
});
