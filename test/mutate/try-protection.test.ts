/** The harness must be able to say no: each verdict on a project of one function, with the real vitest. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Protection } from '../../mutate/protection.ts';
import { SourceCopy } from '../../mutate/source-copy.ts';
import { tryProtections, type Verdict } from '../../mutate/try-protection.ts';
import { project } from '../docs/markdown.ts';

const source = 'export const half = (n: number) => (n > 9 ? 0 : n / 2);\n';
const files = {
  'package.json': '{ "type": "module" }',
  '.gitignore': 'node_modules/\n',
  'vitest.config.ts': `export default { test: { projects: [{ test: { name: 'unit', include: ['test/**/*.test.ts'] } }] } };`,
  'scripts/build.ts': '',
  'src/half.ts': source,
  'test/half.test.ts': `
    import { expect, test } from 'vitest';
    import { half } from '../src/half.ts';
    test('half of four', () => expect(half(4)).toBe(2));
    test('half of four and more', () => expect(half(4)).toBe(2.5));`,
};

let root: string;
let copy: SourceCopy;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'sluice-small-'));
  for (const folder of ['scripts', 'src', 'test']) await mkdir(join(root, folder));
  for (const [name, text] of Object.entries(files)) await writeFile(join(root, name), text);
  await symlink(join(project, 'node_modules'), join(root, 'node_modules'), 'junction');
  execFileSync('git', ['init', '--quiet'], { cwd: root });
  copy = await SourceCopy.of(root);
});
afterAll(async () => {
  await copy?.remove();
  await rm(root, { recursive: true, force: true });
});

const takenOut = (id: string, text: string, without: string, name = 'half of four'): Protection => ({
  id,
  figures: [],
  protects: '',
  file: 'src/half.ts',
  text,
  without,
  guard: { file: 'test/half.test.ts', name },
});

const wanted: [Verdict, Protection][] = [
  ['killed', takenOut('a', 'n / 2', 'n / 3')],
  ['survived', takenOut('b', 'n > 9', 'n > 8')],
  ['broken', takenOut('c', 'export const half', 'throw new Error(); export const half')],
  ['broken', takenOut('d', 'n > 9 ?', 'n > 9 ?? ?')],
  ['not green', takenOut('e', 'n / 2', 'n / 3', 'half of four and more')],
  ['not green', takenOut('f', 'n / 2', 'n / 3', 'half of five')],
  ['text gone', takenOut('g', 'n * 2', 'n * 3')],
  ['text gone', takenOut('h', 'n', 'm')],
];

test('only a test that ran and failed counts; every file is whole again afterwards, and the project was never touched', async () => {
  const verdicts: [Verdict, string][] = [];
  const { signal } = new AbortController();
  for await (const { protection, verdict } of tryProtections(
    copy,
    wanted.map(([, each]) => each),
    signal,
  ))
    verdicts.push([verdict, protection.id]);
  expect(verdicts).toEqual(wanted.map(([verdict, { id }]) => [verdict, id]));
  expect(await copy.read('src/half.ts')).toBe(source);
  expect(await readFile(join(root, 'src/half.ts'), 'utf8')).toBe(source);
}, 60_000);

test('a run that is interrupted ends at once', async () => {
  const signal = AbortSignal.timeout(300);
  const started = performance.now();
  const all = async () => {
    for await (const _ of tryProtections(copy, [takenOut('a', 'n / 2', 'n / 3')], signal));
  };
  await expect(all()).rejects.toMatchObject({ name: expect.stringMatching(/Abort|Timeout/) });
  expect(performance.now() - started).toBeLessThan(20_000);
}, 30_000);
