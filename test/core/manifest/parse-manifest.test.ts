import { describe, expect, test } from 'vitest';
import { manifestJsonSchema } from '../../../src/core/manifest/manifest.ts';
import { parseManifest } from '../../../src/core/manifest/parse-manifest.ts';
import { exampleManifest, manifestText } from '../example-manifest.ts';

/** What is wrong, as `path: expected, got`. */
function wrong(changes: object): string[] {
  const result = parseManifest(manifestText(changes));
  return Array.isArray(result) ? result.map(({ path, expected, got }) => `${path}: ${expected}, got ${got}`) : [];
}

const features = (...changed: object[]) => ({
  features: [
    ...changed,
    ...exampleManifest().features.filter(({ name }) => !changed.some((each) => 'name' in each && each.name === name)),
  ],
});

test('a manifest is read, with the defaults of what it does not say', () => {
  const manifest = exampleManifest();
  expect(manifest.model.file).toBe('model.onnx');
  expect(manifest.csv).toEqual({
    separator: ',',
    rowNames: false,
    quote: '"',
    encoding: 'utf-8',
    decimal: '.',
    missing: [''],
  });
});

describe('an unknown key is an error that suggests the right one', () => {
  test('at the top', () => {
    expect(wrong({ verison: 2 })).toEqual(['/verison: "version" (is that what was meant?), got "verison"']);
  });
  test('inside a feature, with the keys of its type', () => {
    expect(wrong(features({ name: 'pressure', type: 'number', minn: 1 }))).toEqual([
      '/features/0/minn: "min" (is that what was meant?), got "minn"',
    ]);
  });
  test('inside a policy', () => {
    expect(wrong(features({ name: 'pressure', type: 'number', missing: { imputee: 1 } }))[0]).toContain(
      '/features/0/missing',
    );
  });
});

test.each([
  [{ name: 'Pump' }, '/name: lower-case letters, digits and hyphens, at most 63, the first no hyphen, got "Pump"'],
  [{ version: '1' }, '/version: a number, got "1"'],
  [{ version: 1.5 }, '/version: an int, got 1.5'],
  [{ version: 0 }, '/version: at least 1, got 0'],
  [{ outputs: {} }, '/outputs: at least one output, got {}'],
  [{ classes: undefined }, '/outputs/probability/class: one of classes (there are none), got "failure"'],
  [{ classes: ['ok', 'bad'] }, '/outputs/probability/class: one of classes (ok, bad), got "failure"'],
  [{ model: { inputs: {} } }, '/model/inputs: at least one input, got {}'],
  [
    { model: { inputs: { x: ['presure'] } } },
    '/model/inputs/x/0: a feature of this manifest ("pressure"), got "presure"',
  ],
  [
    { model: { file: '../model.onnx', inputs: { x: ['pressure'] } } },
    '/model/file: a file name that ends in .onnx, got "../model.onnx"',
  ],
  [
    features({ name: 'pressure', type: 'numbr' }),
    '/features/0/type: "number" or "integer" or "boolean" or "category" or "text" or "timestamp", got "numbr"',
  ],
  [features({ name: 'pressure', type: 'number', min: 5, max: 1 }), '/features/0/min: at most max (1), got 5'],
  [
    features({ name: 'pressure', type: 'number', max: 1, missing: { impute: 2 } }),
    '/features/0/missing/impute: a value between min and max, got 2',
  ],
  [
    features({ name: 'pressure', type: 'number', missing: { impute: 'x' } }),
    '/features/0/missing/impute: a number, got "x"',
  ],
  [
    features({ name: 'pressure', type: 'number', missing: 'drop' }),
    '/features/0/missing: "reject" or "keep", or an object, got "drop"',
  ],
  [
    features({ name: 'starts', type: 'integer', missing: { impute: 0.5 } }),
    '/features/0/missing/impute: an integer, got 0.5',
  ],
  [
    features({ name: 'grade', type: 'category', categories: ['A', 'A'] }),
    '/features/0/categories: each category once, got "A"',
  ],
  [
    features({ name: 'grade', type: 'category', categories: ['A'], missing: { impute: 'B' } }),
    '/features/0/missing/impute: one of the categories, got "B"',
  ],
  [
    features({ name: 'pressure', type: 'number' }, { name: 'pressure', type: 'number' }),
    '/features/1/name: a name that no other feature has, got "pressure"',
  ],
  [
    features({ name: 'pressure', type: 'number', aliases: ['starts'] }),
    '/features/1/name: a name that no other field has, got "starts"',
  ],
  [{ key: { name: 'pump', aliases: ['open'] } }, '/key: a name that no other field has, got "open"'],
  [
    { outputs: { label: { kind: 'label', tensor: 'p', threshold: 0.5 } } },
    '/outputs/label: `positive` and `threshold` together, or neither',
  ],
  [
    { outputs: { label: { kind: 'label', tensor: 'p', threshold: 2, positive: 'ok' } } },
    '/outputs/label/threshold: at most 1, got 2',
  ],
  [
    { outputs: { p: { kind: 'probabilities', tensor: 'p' } }, classes: undefined },
    '/classes: the names of the classes, for the output "p"',
  ],
])('%j', (changes, message) => {
  expect(wrong(changes)).toEqual([expect.stringContaining(message)]);
});

test('everything that is wrong is said at once', () => {
  expect(wrong({ name: 'X', task: 'guessing', version: -1 })).toHaveLength(3);
});

test('the key may be a feature of its own', () => {
  expect(wrong({ key: { name: 'grade' } })).toEqual([]);
});

test.each([[null], [[]], ['text'], [5]])('%j is no manifest', (root) => {
  expect(parseManifest(root)).toMatchObject([{ code: 'manifest.invalid', path: '', expected: 'an object' }]);
});

test('the JSON Schema for editors describes every key', () => {
  const schema = manifestJsonSchema() as { properties: Record<string, object>; additionalProperties: boolean };
  expect(Object.keys(schema.properties)).toEqual(
    expect.arrayContaining(['name', 'version', 'features', 'model', 'outputs', 'key', 'csv']),
  );
  expect(schema.additionalProperties).toBe(false);
});
