import { describe, expect, test } from 'vitest';
import { loadOnnxBytes } from '../../../src/adapters/onnx-scorer.ts';
import { readJsonRows } from '../../../src/core/batch/json-rows.ts';
import type { Fault } from '../../../src/core/fault.ts';
import { writeOnnx } from '../../../src/core/graph/onnx-file.ts';
import { parseManifest } from '../../../src/core/manifest/parse-manifest.ts';
import { withCategories } from '../../../src/core/manifest/with-categories.ts';
import { buildGraph } from '../../../src/core/pipeline/build-graph.ts';
import { nothingFitted } from '../../../src/core/pipeline/fitted.ts';
import { rowRoad } from '../../../src/scoring/loaded-model.ts';
import { manifestText } from '../example-manifest.ts';
import { type EchoInput, echoModel } from './echo-model.ts';

const outputs = { p: { kind: 'vector', tensor: 'numbers_out' } };

function build(changes: object, inputs: readonly EchoInput[], opset?: number) {
  const manifest = parseManifest(manifestText({ outputs, ...changes }));
  if (Array.isArray(manifest)) throw new Error(JSON.stringify(manifest));
  return {
    manifest,
    built: buildGraph(manifest, nothingFitted, echoModel(inputs, opset), { 'sluice.model': 'sha256:0' }),
  };
}

/** What the model was fed for some records. */
async function fed(changes: object, inputs: readonly EchoInput[], records: readonly object[], opset?: number) {
  const { manifest, built } = build(changes, inputs, opset);
  if (Array.isArray(built)) throw new Error(JSON.stringify(built));
  const scorer = await loadOnnxBytes(writeOnnx(built.scoring));
  try {
    const road = rowRoad(withCategories(manifest, built.contract.categories), built.contract, scorer);
    if (Array.isArray(road)) throw new Error(JSON.stringify(road));
    const { batch, faults } = readJsonRows(road.layout, road.appendJsonRow, records);
    expect([...faults]).toEqual([]);
    const { feeds, fedRows } = road.toFeeds([{ batch, from: 0, to: batch.length }]);
    const outputsByName = await scorer.run(
      feeds,
      scorer.outputs.map(({ name }) => name),
    );
    return { outputs: outputsByName, read: road.readScores(outputsByName, batch.length, fedRows), feeds };
  } finally {
    await scorer.release();
  }
}

function faultsOf(changes: object, inputs: readonly EchoInput[]): string[] {
  const { built } = build(changes, inputs);
  return Array.isArray(built) ? built.map(({ path, expected }: Fault) => `${path}: ${expected}`) : [];
}

const numbers: EchoInput = { name: 'numbers', type: 'FLOAT', dims: ['N', 2] };
const feed = (...names: string[]) => ({ model: { inputs: { numbers: names } } });
const record = {
  pressure: 4.5,
  starts: 17,
  open: true,
  grade: 'B',
  note: 'new seal',
  since: '2026-11-21T03:04:05.678Z',
};

describe.each([9, 13, 21])('at opset %i features feed', (opset) => {
  test('float32: numbers, booleans and the codes of categories, in the order of the manifest, one type a column', async () => {
    const wide = { ...numbers, dims: ['N', 4] };
    const { outputs: got } = await fed(
      feed('grade', 'pressure', 'open', 'starts'),
      [wide],
      [record, { ...record, grade: 'C', open: false }],
      opset,
    );
    expect(got.numbers_out).toMatchObject({ type: 'float32', dims: [2, 4] });
    expect(got.numbers_out?.data).toEqual(Float32Array.of(1, 4.5, 1, 17, 2, 4.5, 0, 17));
  });

  test('int64, bool, float64 and lists without a second dimension', async () => {
    const inputs: EchoInput[] = [
      { name: 'numbers', type: 'INT64', dims: ['N', 2] },
      { name: 'flag', type: 'BOOL', dims: ['N', 1] },
      { name: 'when', type: 'DOUBLE', dims: ['N'] },
    ];
    const model = { inputs: { numbers: ['starts', 'grade'], flag: ['open'], when: ['since'] } };
    const { outputs: got } = await fed({ model }, inputs, [record, { ...record, open: false }], opset);
    expect(got.numbers_out?.data).toEqual(BigInt64Array.of(17n, 1n, 17n, 1n));
    expect(got.flag_out?.data).toEqual(Uint8Array.of(1, 0));
    expect(got.when_out).toMatchObject({ dims: [2] });
    expect(got.when_out?.data[0]).toBe(Date.parse(record.since));
  });

  test('strings: texts, and categories by their text; what is missing is empty', async () => {
    const features = (manifestText().features as { name: string }[]).map((feature) =>
      feature.name === 'grade' ? { ...feature, missing: 'keep' } : feature,
    );
    const words: EchoInput = { name: 'words', type: 'STRING', dims: ['N', 2] };
    const spec = { words: { kind: 'label', tensor: 'words_out' } };
    const changes = { features, model: { inputs: { words: ['grade', 'note'] } }, outputs: spec };
    const { outputs: got } = await fed(changes, [words], [record, { ...record, grade: null, note: null }], opset);
    expect(got.words_out?.data).toEqual(['B', 'new seal', '', '']);
  });

  test("a feature's own policy puts its value where one is missing", async () => {
    const features = (manifestText().features as { name: string }[]).map((feature) =>
      feature.name === 'grade' ? { ...feature, missing: { impute: 'C' } } : feature,
    );
    const { starts: _starts, grade: _grade, ...rest } = record;
    const { outputs: got } = await fed({ features, ...feed('starts', 'grade') }, [numbers], [rest, record], opset);
    expect(got.numbers_out?.data).toEqual(Float32Array.of(0, 2, 17, 1));
  });

  test('what a derived feature makes of float64 reaches the model in its own type, cast last', async () => {
    const derive = { load: 'pressure * starts / 3' };
    const { outputs: got } = await fed({ derive, ...feed('load', 'pressure') }, [numbers], [record, record], opset);
    expect(got.numbers_out?.data[0]).toBe(Math.fround((4.5 * 17) / 3));
  });

  test('what overflows on its way is a fault of its row and names the column', async () => {
    const derive = { power: 'exp(starts)', load: 'pressure * 2' };
    const changes = { derive, ...feed('power', 'load') };
    const { read } = await fed(
      changes,
      [numbers],
      [record, { ...record, starts: 90 }, { ...record, starts: 1000 }],
      opset,
    );
    expect(read.scores.map((score) => score !== undefined)).toEqual([true, false, false]);
    expect(read.faults.get(1)).toMatchObject({ code: 'value.overflow', path: '/power' });
  });
});

test('steps run in order, on what the steps before them left', async () => {
  const scale = (mean: number, by: number) => ({
    step: 'scale',
    method: 'standard',
    features: ['pressure'],
    values: { mean: [mean], scale: [by] },
  });
  const changes = { steps: [scale(0.5, 2), scale(1, 4)], ...feed('pressure', 'starts') };
  const { outputs: got } = await fed(changes, [numbers], [record, record]);
  expect(got.numbers_out?.data[0]).toBe(((4.5 - 0.5) / 2 - 1) / 4);
});

test('a bank that no input needs is no input of the graph', async () => {
  const { feeds } = await fed(feed('pressure', 'starts'), [{ ...numbers, name: 'numbers' }], [record]);
  expect(Object.keys(feeds)).toEqual(['numbers']);
});

test("an input of the user's model that has our name is no obstacle", async () => {
  const { outputs: got } = await fed(feed('pressure', 'starts'), [numbers], [record]);
  expect(got.numbers_out?.data.slice(0, 2)).toEqual(Float32Array.of(4.5, 17));
});

test('the same manifest and model give the same bytes', () => {
  const bytes = () => {
    const { built } = build(feed('pressure', 'starts'), [numbers]);
    if (Array.isArray(built)) throw new Error('faults');
    return Buffer.from(writeOnnx(built.scoring)).toString('base64');
  };
  expect(bytes()).toBe(bytes());
});

test('a model of tensors is built whatever its opset', () => {
  const { built } = build(
    { features: [], model: {}, outputs: {}, key: undefined },
    [{ ...numbers, dims: [1, 3, 8, 8] }],
    7,
  );
  if (Array.isArray(built)) throw new Error(JSON.stringify(built));
  expect(built.scoring.opsetImport.map(({ version }) => version)).toEqual([7n]);
});

test('the graph says of itself how rows become feeds', () => {
  const { built } = build(feed('pressure', 'grade'), [numbers]);
  if (Array.isArray(built)) throw new Error('faults');
  const metadata = new Map(built.scoring.metadataProps.map(({ key, value }) => [key, value]));
  expect(metadata.get('sluice.numbers')).toBe('["open","pressure","since","starts"]');
  expect(metadata.get('sluice.categories')).toBe('{"grade":["A","B","C"]}');
  expect(metadata.get('sluice.classes')).toBe('["ok","failure"]');
  expect(metadata.get('sluice.model')).toBe('sha256:0');
});

describe('a manifest that does not fit the model', () => {
  test('an input that the model does not have', () => {
    expect(faultsOf({ model: { inputs: { number: ['pressure', 'starts'] } } }, [numbers])).toEqual([
      '/model/inputs/number: an input of the model ("numbers")',
    ]);
  });
  test('an input that nothing feeds', () => {
    expect(faultsOf(feed('pressure', 'starts'), [numbers, { ...numbers, name: 'more' }])).toEqual([
      `/model/inputs/more: the features that feed the model's input "more"`,
    ]);
  });
  test('another width, with what was given', () => {
    expect(faultsOf(feed('pressure', 'starts', 'open'), [numbers])).toEqual([
      `/model/inputs/numbers: 2 columns, as the model's input "numbers" has`,
    ]);
  });
  test('more dimensions than rows and features', () => {
    expect(faultsOf(feed('pressure'), [{ ...numbers, dims: ['N', 3, 8, 8] }])).toEqual([
      '/model/inputs/numbers: an input of one or two dimensions (rows, features)',
    ]);
  });
  test('a text for numbers', () => {
    expect(faultsOf(feed('pressure', 'note'), [numbers])).toEqual([
      '/model/inputs/numbers/1: a column that fits float32',
    ]);
  });
  test('a name that nothing has', () => {
    const changes = { derive: { load: 'pressure * 2' }, steps: [{ step: 'log1p', features: ['presure'] }] };
    expect(faultsOf({ ...changes, ...feed('load', 'pressure') }, [numbers])).toEqual([
      '/steps/0/features/0: a feature, a derived feature or what a step made ("pressure")',
    ]);
  });
  test('a step on a column of another kind', () => {
    const changes = { steps: [{ step: 'log1p', features: ['grade'] }] };
    expect(faultsOf({ ...changes, ...feed('pressure', 'starts') }, [numbers])).toEqual([
      '/steps/0/features/0: a number column for the step log1p',
    ]);
  });
  test('NaN where there is none', () => {
    const features = (manifestText().features as { name: string }[]).map((feature) =>
      feature.name === 'starts' ? { ...feature, missing: 'keep' } : feature,
    );
    expect(faultsOf({ features, ...feed('pressure', 'starts') }, [{ ...numbers, type: 'INT64' }])).toEqual([
      '/model/inputs/numbers/1: no missing values, as int64 has no NaN',
    ]);
  });
  test('categories that nobody has named yet', () => {
    const features = (manifestText().features as { name: string }[]).map((feature) =>
      feature.name === 'grade' ? { name: 'grade', type: 'category' } : feature,
    );
    expect(faultsOf({ features, ...feed('pressure', 'starts') }, [numbers])).toEqual([
      '/features/3/categories: the categories of "grade", or `sluice fit` to learn them',
    ]);
  });
});
