import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeOnnx } from '../../src/core/graph/onnx-file.ts';
import { exports } from '../../src/core/import/export-commands.ts';
import { classifier } from '../hostile/hostile-models.ts';
import { bundledModels, readings } from '../scoring/bundled-model.ts';
import { project, snippetsOf, tableRowsOf, textOf } from './markdown.ts';

const document = 'docs/import.md';
const run = promisify(execFile);

describe('the commands of docs/import.md, one after the other', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-docs-'));
    mkdirSync(join(folder, 'exported'));
    cpSync(join(bundledModels, 'machine-failure', '1', 'model.onnx'), join(folder, 'exported', 'model.onnx'));
    const rows = readings(50);
    const names = Object.keys(rows[0] as object) as (keyof (typeof rows)[number])[];
    const lines = rows.map((row) => names.map((name) => row[name]).join(','));
    writeFileSync(join(folder, 'readings.csv'), `${[names.join(','), ...lines].join('\n')}\n`);
    mkdirSync(join(folder, 'mlruns', 'model'), { recursive: true });
    writeFileSync(join(folder, 'mlruns', 'model', 'model.onnx'), writeOnnx(classifier()));
    writeFileSync(join(folder, 'mlruns', 'model', 'MLmodel'), 'flavors:\n  onnx:\n    data: model.onnx\n');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const snippets = snippetsOf(document);
  const commands = snippets.flatMap(({ text }) => text.trim().split('\n'));

  test('are all there is', () => {
    expect(snippets.map(({ language }) => language)).toEqual(['sh', 'sh']);
    expect(commands.filter((command) => !command.startsWith('sluice '))).toEqual([]);
  });

  test.each(commands)('%s', async (command) => {
    const words = command.split(' ').slice(1);
    const { stdout } = await run(process.execPath, [join(project, 'src/cli/main.ts'), ...words], { cwd: folder });
    expect(stdout).not.toBe('');
  });

  test('leave two packages, one of them sealed', () => {
    expect(existsSync(join(folder, 'models/pump/1/digests.json'))).toBe(true);
    expect(existsSync(join(folder, 'models/churn/1/manifest.json'))).toBe(true);
  });
});

test('every kind of model that is answered with a command has its package named', () => {
  const rows = tableRowsOf(document).filter((row) => row.length === 3);
  const told = rows.map(([, , tools = '']) => tools).join();
  const tools = ['skl2onnx', 'onnxmltools', 'catboost', 'keras', 'tf2onnx', 'torch', 'optimum'];
  for (const tool of tools) expect(told).toContain(tool);
  const needed = Object.values(exports).map((advice) => advice('m').needs);
  expect(
    needed.filter((needs) => needs !== '' && !tools.some((tool) => needs.includes(tool)) && needs !== 'joblib'),
  ).toEqual([]);
});

test('limits stand there as they are', () => {
  const command = textOf('src/cli/commands/import.ts');
  expect(textOf(document)).toContain(`killed after ${/timeoutDefaultS = (\d+)/.exec(command)?.[1]} s`);
  expect(textOf(document)).toContain('first 4 MB');
  expect(textOf('src/scoring/import/read-sample.ts')).toContain('4 << 20');
});
