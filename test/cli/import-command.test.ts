import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeOnnx } from '../../src/core/graph/onnx-file.ts';
import { classifier, endlessLoop } from '../hostile/hostile-models.ts';
import { runInProcess } from './run-in-process.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-import-command-'));
  mkdirSync(join(folder, 'churn'));
  writeFileSync(join(folder, 'churn', 'model.onnx'), writeOnnx(classifier()));
  writeFileSync(join(folder, 'loop.onnx'), writeOnnx(endlessLoop()));
  writeFileSync(join(folder, 'weights.h5'), '\x89HDF\r\n\x1a\n', 'latin1');
  writeFileSync(join(folder, 'rows.csv'), 'a;b;c;d\n1;2;3;4\n2;3;;5\n3;4;5;6\n5;6;7;8\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sluice = (...args: string[]) => runInProcess(args, { cwd: folder });
const versions = (name: string) => readdirSync(join(folder, 'models', name)).sort();

test('sluice import tells what it repaired, saw and guessed, and what is next', async () => {
  const { code, out, err } = await sluice('import', 'churn/model.onnx', '--sample', 'rows.csv');
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/^churn\/model\.onnx: by an unknown producer, ai\.onnx 17, ai\.onnx\.ml 3; /);
  expect(out).toContain('Repaired\n  The output "probabilities" is no tensor');
  expect(out).toContain('Tried\n  Rows may run together: 2, 3 and 4 of them give what each gives alone.\n');
  expect(out).toMatch(/^feature {2}type {4}missing {2}input {2}guessed$/m);
  expect(out).toMatch(/^c {8}number {2}5 {8}x /m);
  expect(out).toMatch(/^probability {2}probability {2}probabilities {2}from rows of numbers that add up to 1$/m);
  expect(out).toContain('Files\n  CSV as the sample is written: separated by semicolons. ');
  expect(out).toContain('Look at\n  c: 1 of 4 cells of the sample are empty; 5 will stand in for them.\n');
  expect(out.trimEnd()).toMatch(
    /models\/churn\/1\/manifest\.json holds these guesses: check it, then run: sluice build churn$/,
  );
  expect((await sluice('build', 'churn')).code).toBe(0);
});

test('names come from the file, versions go on, and both can be told; --json is for machines', async () => {
  const { code, out } = await sluice('import', 'churn/model.onnx', '--json', '--name', 'told');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    folder: 'models/told/1',
    repairs: [expect.stringContaining('"probabilities"')],
    features: [{ name: 'f0', type: 'number', input: 'x' }, {}, {}, {}],
    outputs: [{ name: 'label' }, { name: 'probability' }],
    manifest: { name: 'told', version: 1 },
    golden: 0,
  });
  await sluice('import', 'churn', '--name', 'told');
  await sluice('import', 'churn', '--name', 'told', '--version', '7');
  await sluice('import', 'churn', '--name', 'told');
  expect(versions('told')).toEqual(['1', '2', '7', '8']);
});

test('an input example of MLflow becomes golden rows', async () => {
  mkdirSync(join(folder, 'mlflow'));
  writeFileSync(join(folder, 'mlflow', 'model.onnx'), writeOnnx(classifier()));
  writeFileSync(
    join(folder, 'mlflow', 'input_example.json'),
    '{"columns":["f0","f1","f2","f3"],"data":[[1,2,3,4],[5,6,7,8]]}',
  );
  const example = 'saved_input_example_info:\n  artifact_path: input_example.json\n';
  writeFileSync(join(folder, 'mlflow', 'MLmodel'), `flavors:\n  onnx:\n    data: model.onnx\n${example}`);
  const { out } = await sluice('import', 'mlflow', '--name', 'flowing');
  expect(out).toContain('2 records of the input example are golden rows now');
  const golden = JSON.parse(readFileSync(join(folder, 'models', 'flowing', '1', 'golden.json'), 'utf8'));
  expect(golden.cases[0]).toMatchObject({ about: 'input example of MLflow', rows: [{ f0: 1 }, { f0: 5 }] });

  writeFileSync(join(folder, 'mlflow', 'input_example.json'), '{"columns":["f0"],"data":[[1]]}');
  const misfit = await sluice('import', 'mlflow', '--name', 'misfit');
  expect(misfit.code).toBe(0);
  expect(misfit.out).toContain('could not be taken as golden rows: row 0 does not fit the manifest');
});

describe('ends with exit code 2 and a reason, nothing written', () => {
  test.each<[string, string[], RegExp]>([
    ['no model', [], /Say which MODEL/],
    ['two models', ['churn', 'loop.onnx'], /Say which MODEL/],
    ['a path with nothing', ['absent.onnx'], /absent\.onnx is not there/],
    ['a model of another kind', ['weights.h5'], /Keras model[\s\S]*\n {2}python -c "import keras/],
    ['an endless loop', ['loop.onnx', '--timeout', '1'], /answers within 1 s/],
    ['a bad name', ['churn', '--name', 'Churn!'], /no name of a model/],
    ['a bad version', ['churn', '--version', '0'], /whole number from 1 on/],
    ['a bad time', ['churn', '--timeout', 'long'], /number of seconds/],
    ['a sample that is none', ['churn', '--sample', 'weights.h5'], /weights\.h5/],
    ['a sample that is not there', ['churn', '--sample', 'absent.csv'], /absent\.csv/],
    ['an unknown option', ['churn', '--smaple', 'rows.csv'], /Is --sample meant/],
  ])('%s', async (_, args, reason) => {
    const { code, out, err } = await sluice('import', ...args, '--models', 'elsewhere');
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(reason);
    expect(existsSync(join(folder, 'elsewhere'))).toBe(false);
  });

  test('a version that is there already', async () => {
    await sluice('import', 'churn', '--name', 'taken');
    const before = readFileSync(join(folder, 'models', 'taken', '1', 'manifest.json'));
    const { code, err } = await sluice('import', 'churn', '--name', 'taken', '--version', '1');
    expect([code, err]).toEqual([2, 'models/taken/1 is there already.\n']);
    expect(readFileSync(join(folder, 'models', 'taken', '1', 'manifest.json'))).toEqual(before);
  });
});
