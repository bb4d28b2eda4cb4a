import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stepKinds } from '../../src/core/steps/step-kinds.ts';
import { buildModel } from '../scoring/built-models.ts';
import { bundledModels, readings } from '../scoring/bundled-model.ts';
import { openPackage } from '../scoring/packages/package-fixture.ts';
import { project, snippetsOf, tableRowsOf } from './markdown.ts';

const document = 'docs/models.md';
const run = promisify(execFile);

describe('the commands of docs/models.md, one after the other', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-docs-'));
    cpSync(bundledModels, join(folder, 'models'), { recursive: true });
    const rows = readings(300);
    const names = Object.keys(rows[0] as object) as (keyof (typeof rows)[number])[];
    const lines = rows.map((row) => names.map((name) => row[name]).join(','));
    writeFileSync(join(folder, 'readings.csv'), `${[names.join(','), ...lines].join('\n')}\n`);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const commands = snippetsOf(document)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => text.trim().split('\n'));

  test('are all commands of sluice', () => {
    expect(commands.length).toBeGreaterThan(4);
    expect(commands.filter((command) => !command.startsWith('sluice '))).toEqual([]);
  });

  test.each(commands)('%s', async (command) => {
    const words = command.split(' ').slice(1);
    const { stdout } = await run(process.execPath, [join(project, 'src/cli/main.ts'), ...words], { cwd: folder });
    expect(stdout).not.toBe('');
  });

  test('leave a sealed second version', () => {
    const seal = JSON.parse(readFileSync(join(folder, 'models/machine-failure/2/digests.json'), 'utf8'));
    expect(Object.keys(seal.files)).toContain('scoring.onnx');
  });
});

test('its manifest can be fitted and built as it stands', async () => {
  const [manifest, ...others] = snippetsOf(document).filter(({ language }) => language === 'json');
  expect(others).toEqual([]);
  const written = JSON.parse(manifest?.text ?? '');
  const inputs = [{ name: 'X', type: 'FLOAT', dims: ['N', 8] }] as const;
  const outputs = { x: { kind: 'vector', tensor: 'X_out' } };
  const { learn, models } = openPackage({ ...written, name: 'echo', version: 1, outputs }, inputs);
  const rows = Array.from({ length: 50 }, (_, i) =>
    [i % 7 === 0 ? '' : 100 + i, 20 + (i % 9), 'AB'[i % 2], `2026-11-21T${String(i % 24).padStart(2, '0')}:00Z`].join(),
  );
  const fitted = await learn(`pressure,flow,quality,measuredAt\n${rows.join('\n')}\n`);
  expect(fitted.categories).toEqual({ quality: ['A', 'B'] });
  expect(fitted.data).toEqual({ rows: 50, refused: 0 });
  expect((await buildModel(models, 'echo')).operators).toBeGreaterThan(5);
});

test('it lists every kind of step', () => {
  const listed = tableRowsOf(document).flatMap(([first = '']) => /^`([a-z0-9-]+)`$/.exec(first)?.[1] ?? []);
  expect(listed.filter((name) => !/\.(json|onnx)$/.test(name)).toSorted()).toEqual(Object.keys(stepKinds).toSorted());
});
