import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelProto } from 'onnx-buf';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadOnnxScorer } from '../../../src/adapters/onnx-scorer.ts';
import { openPackageFolder } from '../../../src/adapters/open-package-folder.ts';
import { writeOnnx } from '../../../src/core/graph/onnx-file.ts';
import type { Manifest } from '../../../src/core/manifest/manifest.ts';
import type { ImportReport, ImportRequest } from '../../../src/scoring/import/import-model.ts';
import { classifier, doubling, modelOf } from '../../hostile/hostile-models.ts';
import { buildModel } from '../built-models.ts';
import { importInto } from './importing.ts';
import * as made from './made-models.ts';

let folder: string;
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-import-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Imported extends ImportReport {
  readonly manifest: Manifest;
  /** Bytes that were given, and that lie in the package. */
  readonly given: Uint8Array;
  readonly kept: Uint8Array;
  readonly models: string;
}

async function imported(model: ModelProto, more: Partial<ImportRequest> = {}): Promise<Imported> {
  const models = join(folder, String(++count));
  await mkdir(models);
  const path = join(models, 'given.onnx');
  const given = writeOnnx(model);
  await writeFile(path, given);
  const report = await importInto(models, 'm', path, more);
  const kept = await readFile(join(models, 'm', '1', 'model.onnx'));
  return { ...report, manifest: report.manifest as Manifest, given, kept, models };
}

async function fileOf(name: string, text: string): Promise<string> {
  const path = join(folder, `${++count}-${name}`);
  await writeFile(path, text);
  return path;
}

describe('what lies in the package', () => {
  test('is the file as it was given, when nothing needed repair', async () => {
    const { kept, given, repairs, models } = await imported(doubling());
    expect(Buffer.from(kept)).toEqual(Buffer.from(given));
    expect(repairs).toEqual([]);
    expect((await readdir(join(models, 'm', '1'))).sort()).toEqual(['manifest.json', 'model.onnx']);
  });

  test('is a manifest with every guess marked, which builds as it is', async () => {
    const { manifest, models } = await imported(doubling(), { schema: '../../../schemas/manifest.schema.json' });
    expect(JSON.parse(await readFile(join(models, 'm', '1', 'manifest.json'), 'utf8'))).toEqual(manifest);
    expect(manifest).toMatchObject({ $schema: '../../../schemas/manifest.schema.json', name: 'm', version: 1 });
    expect(manifest.features).toHaveLength(4);
    for (const { description } of manifest.features) expect(description).toMatch(/^Guessed: .*Check\.$/);
    expect((await buildModel(models, 'm')).manifest.name).toBe('m');
  });
});

test('what keeps a package from being built is told at import', async () => {
  const { remarks } = await imported(made.oldNormalization());
  expect(remarks.join()).toMatch(/It cannot be built yet: .*ai\.onnx 8.*BatchNormalization/);
});

describe('repairs', () => {
  test('a list of dictionaries becomes the matrix of probabilities, with the names of the classes', async () => {
    const { manifest, repairs, proofs } = await imported(classifier());
    expect(repairs.join()).toContain('"probabilities" is no tensor');
    expect(proofs.join()).toContain('gives what the original gives: "label" of 64 rows');
    expect(manifest).toMatchObject({
      task: 'classification',
      classes: ['ok', 'failure'],
      outputs: {
        label: { kind: 'label', tensor: 'label' },
        probability: { kind: 'probability', tensor: 'probabilities', class: 'failure' },
      },
    });
  });

  test('float16 goes in and comes out as float32', async () => {
    const { manifest, repairs, proofs, models } = await imported(made.halfFloats());
    expect(repairs).toHaveLength(2);
    expect(proofs.join()).toContain('could not be held against it');
    expect(manifest.model.inputs).toEqual({ x: ['f0', 'f1'] });
    await buildModel(models, 'm');
  });

  test('a batch of one is freed where rows then answer as alone', async () => {
    const { manifest, repairs, proofs } = await imported(made.oneRow());
    expect(repairs.join()).toContain('free now');
    expect(proofs).toEqual([
      'Rows may run together: 2, 3 and 64 of them give what each gives alone.',
      'The repaired model gives what the original gives: "y" of 1 row.',
    ]);
    expect(manifest.model).not.toHaveProperty('batch');
  });

  test('a batch of one stays, said aloud, where rows would change each other', async () => {
    const { manifest, repairs, proofs, kept, given } = await imported(made.rowsThatMix(1));
    expect(repairs).toEqual([]);
    expect(Buffer.from(kept)).toEqual(Buffer.from(given));
    expect(proofs).toEqual(['Rows are run one by one: it takes one at a time.']);
    expect(manifest.model.batch).toBe('row');
  });

  test('rows are run one by one, said aloud, where a free batch mixes them', async () => {
    const { manifest, proofs } = await imported(made.rowsThatMix('N'));
    expect(proofs.join()).toMatch(/^Rows are run one by one: what it says of a row changes with the rows beside it/);
    expect(manifest.model.batch).toBe('row');
  });

  test('a batch of another size than one is refused', async () => {
    await expect(imported(made.rowsThatMix(8))).rejects.toThrow('one that takes 8');
  });

  test('trees whose label ONNX Runtime gets wrong are judged by a threshold, with a warning', async () => {
    const { manifest, remarks, models } = await imported(made.twoClassTrees());
    expect(remarks.join()).toContain('take the probabilities and a threshold');
    expect(manifest.outputs.label).toEqual({ kind: 'label', tensor: 'probabilities', positive: '1', threshold: 0.5 });
    // The reason, seen: a row of probability 0.1 gets the label 1 from the model itself.
    const scorer = await loadOnnxScorer({ name: 'm', path: openPackageFolder(models, 'm', 1).path('model.onnx') });
    const feeds = { x: { type: 'float32', dims: [2, 2], data: Float32Array.of(0, 0, 1, 0) } } as const;
    const { label, probabilities } = await scorer.run(feeds, ['label', 'probabilities']);
    await scorer.release();
    expect(Number(probabilities?.data[1])).toBeCloseTo(0.1);
    expect(label?.data[0]).toBe(1n);
  });
});

describe('inputs', () => {
  test('of every type get a feature that fits', async () => {
    const { manifest, models } = await imported(made.manyTypes());
    expect(manifest.features.map(({ name, type }) => [name, type])).toEqual([
      ['number', 'number'],
      ['count', 'integer'],
      ['truth', 'boolean'],
      ['word', 'text'],
    ]);
    await buildModel(models, 'm');
  });

  test('that are images make a model of tensors, whatever size they may have', async () => {
    const { manifest, plan, models } = await imported(made.anySizeImage());
    expect(plan).toBeUndefined();
    expect(manifest).toEqual({
      name: 'm',
      version: 1,
      description: 'Imported from an ONNX file.',
      task: 'vision',
      model: {},
      outputs: {},
    });
    await buildModel(models, 'm');
  });

  test('are tried with texts that the model knows', async () => {
    const { manifest } = await imported(made.strictEncoder());
    expect(manifest.features[0]).toMatchObject({ type: 'category', categories: ['a', 'b'] });
  });

  test('get names, types and the dialect from a sample', async () => {
    const samplePath = await fileOf(
      'sample.csv',
      'id;a;b;c;d\nx1;1;2;;4\nx2;2;3.5;true;5\nx3;3;4;false;6\nx4;4;5;true;7\n',
    );
    const { manifest, remarks } = await imported(doubling(), { samplePath });
    expect(manifest.csv).toEqual({ separator: ';', rowNames: false });
    expect(manifest.features).toHaveLength(4);
    expect(manifest.features.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd']);
    expect(manifest.features[2]).toMatchObject({ type: 'boolean', missing: { impute: true } });
    expect(remarks).toContain('c: 1 of 4 cells of the sample are empty; true will stand in for them.');
  });

  test('that the sample does not fit are still imported; a sample that is no table is refused', async () => {
    const { manifest } = await imported(doubling(), { samplePath: await fileOf('two.csv', 'a,b\n1,2\n3,4\n') });
    expect(manifest.features.map(({ name }) => name)).toEqual(['f0', 'f1', 'f2', 'f3']);
    const samplePath = await fileOf('none.csv', 'a,b\n1\n1,2,3\n');
    await expect(imported(doubling(), { samplePath })).rejects.toMatchObject({ code: 'csv.wrong_field_count' });
    await expect(imported(doubling(), { samplePath: '/absent.csv' })).rejects.toThrow('/absent.csv cannot be read');
  });
});

describe('what is refused', () => {
  test('a path with nothing, and files that are no model', async () => {
    for (const [path, reason] of [
      [join(folder, 'absent.onnx'), 'is not there'],
      [await fileOf('empty.onnx', ''), '0 bytes that are none'],
      [await fileOf('text.onnx', 'not a model'), 'that are none'],
      [await fileOf('model.joblib', 'squeezed'), 'skl2onnx'],
      [await fileOf('model.onnx', '\x89HDF'), 'that are none'],
    ] as const) {
      await expect(importInto(folder, 'never', path), path).rejects.toMatchObject({
        code: 'model.malformed',
        message: expect.stringContaining(reason),
      });
    }
    await expect(readdir(join(folder, 'never'))).rejects.toThrow('ENOENT');
  });

  test('a pickle under the name of an ONNX file, with the command that exports it', async () => {
    const path = join(folder, 'pickled.onnx');
    await writeFile(
      path,
      Buffer.from('\x80\x04\x95\xb8\x01\0\0\0\0\0\0\x8c\x10sklearn.pipeline\x94\x8c\x08Pipeline\x94', 'latin1'),
    );
    await expect(importInto(folder, 'never', path)).rejects.toThrow(/pickled scikit-learn model[\s\S]*python -c/);
  });

  test('a model that does not answer the rows it is tried with', async () => {
    const model = modelOf({ ...partsOf(made.strictEncoder()), opset: 17, domains: { 'ai.onnx.ml': 3 } });
    model.graph!.node[1]!.attribute[0]!.strings = [];
    await expect(imported(model)).rejects.toMatchObject({ code: 'model.unsupported' });
  });
});

const partsOf = ({ graph }: ModelProto) => ({ nodes: graph!.node, inputs: graph!.input, outputs: graph!.output });

describe('an MLflow folder', () => {
  const columns = ['a (cm)', 'b (cm)', 'c (cm)', 'd (cm)'];
  const signature = JSON.stringify(columns.map((name) => ({ type: 'double', name, required: true })));
  // As PyYAML writes it: texts in quotes go on in the next line.
  const document = (file: string, flavor = 'onnx', key = 'data') =>
    [
      'flavors:',
      `  ${flavor}:`,
      `    ${key}: ${file}`,
      '  python_function:',
      '    loader_module: mlflow.onnx',
      'saved_input_example_info:',
      '  artifact_path: input_example.json',
      '  type: dataframe',
      'signature:',
      `  inputs: '${signature.replaceAll('}, {', '},\n    {')}'`,
      "  outputs: '[]'",
      '',
    ].join('\n');
  const example = {
    columns,
    data: [
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ],
  };

  async function folderOf(files: Record<string, string | Uint8Array>): Promise<string> {
    const path = join(folder, `mlflow-${++count}`);
    await mkdir(path);
    for (const [name, content] of Object.entries(files)) await writeFile(join(path, name), content);
    return path;
  }

  test('gives names by its signature, and its example as rows', async () => {
    const path = await folderOf({
      MLmodel: document('model.onnx'),
      'model.onnx': writeOnnx(doubling()),
      'input_example.json': JSON.stringify(example),
    });
    const { manifest, exampleRows } = await importInto(join(folder, `models-${++count}`), 'm', path);
    expect((manifest as Manifest).features.map(({ name }) => name)).toEqual(columns);
    expect(exampleRows).toEqual([
      { 'a (cm)': 1, 'b (cm)': 2, 'c (cm)': 3, 'd (cm)': 4 },
      { 'a (cm)': 5, 'b (cm)': 6, 'c (cm)': 7, 'd (cm)': 8 },
    ]);
  });

  test('with an example that cannot be read is imported without it', async () => {
    const path = await folderOf({
      MLmodel: document('model.onnx'),
      'model.onnx': writeOnnx(doubling()),
      'input_example.json': '{',
    });
    expect((await importInto(join(folder, `models-${++count}`), 'm', path)).exampleRows).toEqual([]);
  });

  test('of another flavour is answered with the command for the file inside', async () => {
    const pickle = Buffer.from('\x80\x04\x95\xb8\x01\0\0\0\0\0\0\x8c\x10sklearn.pipeline\x94', 'latin1');
    const path = await folderOf({ MLmodel: document('model.pkl', 'sklearn', 'pickled_model'), 'model.pkl': pickle });
    await expect(importInto(folder, 'never', path)).rejects.toThrow(
      `${path}/model.pkl is a pickled scikit-learn model`,
    );
  });

  test('that lacks its model, leads out of itself or is broken is refused', async () => {
    const missing = await folderOf({ MLmodel: document('model.onnx') });
    await expect(importInto(folder, 'never', missing)).rejects.toThrow('names model.onnx, which is not there');
    const outside = await folderOf({ MLmodel: document('../model.onnx') });
    await expect(importInto(folder, 'never', outside)).rejects.toThrow('MLmodel');
    const broken = await folderOf({ MLmodel: 'flavors: [' });
    await expect(importInto(folder, 'never', broken)).rejects.toThrow('cannot be read');
  });

  test('or folder of anything else: with one ONNX file it is taken, with none or two it is refused', async () => {
    const bytes = writeOnnx(doubling());
    const one = await folderOf({ 'network.onnx': bytes, 'readme.txt': '' });
    expect((await importInto(join(folder, `models-${++count}`), 'm', one)).repairs).toEqual([]);
    const two = await folderOf({ 'a.onnx': bytes, 'b.onnx': bytes });
    await expect(importInto(folder, 'never', two)).rejects.toThrow('2 .onnx files: name one');
    await expect(importInto(folder, 'never', await folderOf({}))).rejects.toThrow('no .onnx file and no MLmodel');
    const tensorflow = await folderOf({ 'saved_model.pb': '' });
    await expect(importInto(folder, 'never', tensorflow)).rejects.toThrow('tf2onnx.convert --saved-model');
  });
});
