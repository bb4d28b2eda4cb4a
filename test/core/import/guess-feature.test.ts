import { describe, expect, test } from 'vitest';
import { guessFeature } from '../../../src/core/import/guess-feature.ts';
import type { ColumnHints } from '../../../src/core/import/input-hints.ts';
import { type NameEvidence, nameColumns } from '../../../src/core/import/name-columns.ts';
import { sniffColumns } from '../../../src/core/import/sniff-columns.ts';
import { type SampleTable, sniffCsv } from '../../../src/core/import/sniff-csv.ts';
import type { TensorInfo, TensorType } from '../../../src/core/tensor.ts';

const input = (name: string, width: number, type: TensorType = 'float32'): TensorInfo => ({
  name,
  type,
  shape: ['N', width],
});
const sampleOf = (text: string) => sniffColumns(sniffCsv(Buffer.from(text), true) as SampleTable);

function named(
  inputs: TensorInfo[],
  evidence: Partial<NameEvidence> & { readonly told?: Record<string, string> } = {},
) {
  const widths = new Map(inputs.map(({ name, shape }) => [name, shape[1] as number]));
  const metadata = new Map(Object.entries(evidence.told ?? {}));
  return nameColumns(inputs, widths, { metadata, ...evidence });
}
const names = (...args: Parameters<typeof named>) => named(...args).map(({ name }) => name);

describe('the names of columns', () => {
  const wide = [input('X', 3)];

  test('of several inputs of one column are those of the inputs', () => {
    const inputs = [input('age', 1), input('sex', 1, 'string')];
    expect(names(inputs)).toEqual(['age', 'sex']);
    expect(names(inputs, { sample: sampleOf('a,b\n1,2\n') })).toEqual(['age', 'sex']);
  });

  test('of one wide input come from the signature, else the metadata, else the sample, else they are counted', () => {
    const signature = ['s1', 's2', 's3'].map((name) => ({ name, type: 'number' as const, isRequired: true }));
    const told = { feature_names: '["m1", "m2", "m3"]' };
    const sample = sampleOf('h1,h2,h3\n1,2,3\n');
    expect(names(wide, { signature, told, sample })).toEqual(['s1', 's2', 's3']);
    expect(names(wide, { told, sample })).toEqual(['m1', 'm2', 'm3']);
    expect(names(wide, { sample })).toEqual(['h1', 'h2', 'h3']);
    expect(names(wide)).toEqual(['f0', 'f1', 'f2']);
    expect(names([input('a', 2), input('b', 1)])).toEqual(['a_0', 'a_1', 'b']);
  });

  test('never come from what has another number of names, or the same name twice', () => {
    const signature = [{ name: 's1', type: 'number' as const, isRequired: true }];
    expect(names(wide, { signature, told: { features: 'a,b' } })).toEqual(['f0', 'f1', 'f2']);
    expect(names(wide, { told: { features: 'a,b,a' } })).toEqual(['f0', 'f1', 'f2']);
  });

  test('that no manifest could hold give way to positions', () => {
    const long = 'x'.repeat(200);
    expect(names([input(long, 1), input('b', 1)])).toEqual(['f0', 'f1']);
    expect(names([input('', 1)])).toEqual(['f0']);
  });

  test('in metadata may have brackets with commas inside, and codes of texts', () => {
    const columns = named(wide, { told: { features: 'type(L=0,M=1,H=2), air [K, or C], wear' } });
    expect(columns.map(({ name, codes }) => [name, codes])).toEqual([
      ['type', ['L', 'M', 'H']],
      ['air [K, or C]', undefined],
      ['wear', undefined],
    ]);
  });

  test('of a sample leave out the target behind them, and columns of texts for a model of numbers', () => {
    expect(names(wide, { sample: sampleOf('a,b,c,species\n1,2,3,x\n4,5,6,x\n') })).toEqual(['a', 'b', 'c']);
    expect(names(wide, { sample: sampleOf('a,b,c,price\n1,2,3,4\n') })).toEqual(['a', 'b', 'c']);
    const mixed = sampleOf('id,a,b,c,target\nx,1,2,3,4\ny,1,2,3,4\n');
    expect(names(wide, { sample: mixed })).toEqual(['a', 'b', 'c']);
    expect(named(wide, { sample: mixed })[0]?.from).toContain('"target" was taken for the target');
  });

  test('meet the column of the sample that is written a little differently', () => {
    const sample = sampleOf('Sepal Length (cm),other\n1,2\n');
    const [column] = named([input('sepal_length_cm_', 1), input('else', 1)], { sample });
    expect(column?.sample?.name).toBe('Sepal Length (cm)');
  });
});

describe('the feature for a column', () => {
  const none: ColumnHints = { keepsMissing: false };
  const column = (type: TensorType, cells: string[] = [], more: object = {}) => ({
    input: 'x',
    type,
    name: 'x',
    from: "the model's inputs",
    ...(cells.length > 0 && { sample: sampleOf(`X,y\n${cells.map((cell) => `${cell},1`).join('\n')}\n`)[0]! }),
    ...more,
  });
  const guess = (type: TensorType, cells?: string[], hints = none, more?: object) =>
    guessFeature(column(type, cells, more), hints);

  test.each<[TensorType, string[], string]>([
    ['float32', [], 'number'],
    ['float64', ['1', '2'], 'number'],
    ['int64', ['1', '2'], 'integer'],
    ['int32', [], 'integer'],
    ['bool', ['1', '0'], 'boolean'],
    ['float32', ['true', 'false'], 'boolean'],
    ['string', [], 'text'],
    ['string', ['a', 'b', 'a', 'b'], 'category'],
    ['string', ['a', 'b', 'c', 'd'], 'text'],
    ['float32', ['a', 'b', 'a', 'b'], 'category'],
    ['float64', ['2026-01-01', '2026-01-02'], 'timestamp'],
    ['float32', ['2026-01-01', '2026-01-02'], 'number'],
  ])('%s with %j is a %s', (type, cells, expected) => {
    expect(guess(type, cells).feature.type).toBe(expected);
  });

  test('says on what it stands, that it wants checking, and how the sample calls it', () => {
    expect(guess('float32', ['1', '2']).feature).toEqual({
      name: 'x',
      type: 'number',
      description: "Guessed: name from the model's inputs; type from the input's float32. Check.",
      aliases: ['X'],
    });
  });

  test('has the vocabulary that the model knows, and tells what of the sample it does not know', () => {
    const hints = { keepsMissing: false, vocabulary: ['C', 'Q', 'S'] };
    const { feature, remarks } = guess('string', ['C', 'X', 'C', 'X'], hints);
    expect(feature).toMatchObject({ type: 'category', categories: ['C', 'Q', 'S'] });
    expect(remarks).toEqual(['x: the model does not know "X", which the sample has.']);
  });

  test('is a text where the vocabulary is larger than a manifest may have', () => {
    const vocabulary = Array.from({ length: 65_537 }, (_, i) => `word ${i}`);
    expect(guess('string', [], { keepsMissing: false, vocabulary }).feature.type).toBe('text');
  });

  test('has the codes of the metadata; without them the alphabet, which is said to be a guess', () => {
    const cells = ['L', 'M', 'H', 'L', 'M', 'H'];
    expect(guess('float32', cells, none, { codes: ['L', 'M', 'H'] })).toMatchObject({
      feature: { categories: ['L', 'M', 'H'] },
      remarks: [],
    });
    const { feature, remarks } = guess('float32', cells);
    expect(feature).toMatchObject({ categories: ['H', 'L', 'M'] });
    expect(remarks.join()).toContain('a guess by the alphabet');
  });

  test.each<[string, TensorType, string[], ColumnHints, unknown]>([
    ['the model decides where it can', 'float32', ['1', '', '3'], { keepsMissing: true }, 'keep'],
    ['the model decides without a sample too', 'float32', [], { keepsMissing: true }, 'keep'],
    ['the median stands in', 'float32', ['1.5', '', '3'], none, { impute: 1.5 }],
    [
      'a whole number stands in for integers, which have no NaN',
      'int64',
      ['1', '', '2'],
      { keepsMissing: true },
      { impute: 1 },
    ],
    ['the most frequent category stands in', 'float32', ['a', 'b', 'b', '', 'b', 'a'], none, { impute: 'b' }],
    ['an empty text goes to the model', 'string', ['a', 'b', 'b', '', 'b', 'a'], none, 'keep'],
    ['nothing is missing', 'float32', ['1', '2'], none, undefined],
  ])('missing values: %s', (_, type, cells, hints, missing) => {
    expect(guess(type, cells, hints).feature.missing).toEqual(missing);
  });

  test('missing values that the signature allows go to the model', () => {
    const signature = { name: 'x', type: 'number', isRequired: false };
    expect(guess('float32', [], none, { signature }).feature.missing).toBe('keep');
    expect(guess('int64', [], none, { signature }).feature.missing).toBeUndefined();
  });

  test('what will be refused is told', () => {
    expect(guess('float32', ['1.5', 'gone', '2']).remarks).toEqual([
      'x: "gone" will be refused; a value that is missing must be an empty cell.',
    ]);
    expect(guess('int64', ['1.5', '2']).remarks).toEqual(['x: the sample has fractions, and the model takes int64.']);
    expect(guess('float32', ['aa', 'bb', 'cc', 'dd']).remarks).toEqual([
      'x: the sample has texts, and the model takes float32.',
    ]);
  });
});
