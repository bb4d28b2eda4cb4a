import { describe, expect, test } from 'vitest';
import { guessOutputs, type OutputEvidence } from '../../../src/core/import/guess-outputs.ts';
import type { Outputs } from '../../../src/core/tensor.ts';

const floats = (width: number, ...values: number[]): Outputs[string] => ({
  type: 'float32',
  dims: [values.length / width, width],
  data: Float32Array.from(values),
});
const integers = (...values: number[]): Outputs[string] => ({
  type: 'int64',
  dims: [values.length],
  data: BigInt64Array.from(values, BigInt),
});
const texts = (...values: string[]): Outputs[string] => ({ type: 'string', dims: [values.length], data: values });

const guess = (outputs: Outputs, rows: number, more: Partial<OutputEvidence> = {}) => {
  const { remarks, ...rest } = guessOutputs({
    outputs,
    rows,
    signature: [],
    operators: new Map(),
    ...more,
  });
  return { ...rest, remarks, specs: Object.fromEntries(rest.outputs.map(({ name, spec }) => [name, spec])) };
};
const classes = (...names: string[]) => ({ classes: names });

describe('a classifier', () => {
  const three = floats(3, 0.1, 0.2, 0.7, 0.8, 0.1, 0.1);
  const two = floats(2, 0.1, 0.9, 0.8, 0.2);

  test('with labels and probabilities of three classes', () => {
    expect(guess({ label: integers(2, 0), p: three }, 2, classes('0', '1', '2'))).toMatchObject({
      task: 'classification',
      classes: ['0', '1', '2'],
      specs: { label: { kind: 'label', tensor: 'label' }, probabilities: { kind: 'probabilities', tensor: 'p' } },
      remarks: [],
    });
  });

  test('of two classes has one probability, that of the second class', () => {
    const { specs } = guess({ label: texts('no', 'no'), p: floats(2, 0.9, 0.1, 0.8, 0.2) }, 2, classes('no', 'yes'));
    expect(specs).toEqual({
      label: { kind: 'label', tensor: 'label' },
      probability: { kind: 'probability', tensor: 'p', class: 'yes' },
    });
  });

  test('of two classes whose label is not that of the larger probability is judged by a threshold, and says so', () => {
    const threshold = { kind: 'label', tensor: 'p', positive: 'yes', threshold: 0.5 };
    const wrong = guess({ label: integers(1, 1), p: two }, 2, classes('no', 'yes'));
    expect(wrong.specs.label).toEqual(threshold);
    expect(wrong.remarks.join()).toContain('not always the class of its larger probability');
    const doubtful = guess({ label: integers(1, 0), p: two }, 2, {
      ...classes('no', 'yes'),
      labelDoubt: 'The trees are strange.',
    });
    expect(doubtful.specs.label).toEqual(threshold);
    expect(doubtful.remarks.join()).toMatch(/^The trees are strange.*threshold/);
  });

  test('keeps probabilities that float32 rounded beyond 0 and 1, as forests of scikit-learn do', () => {
    const rounded = floats(2, 1.0000001, -1.2e-7, 0.15, 0.85);
    expect(guess({ label: integers(0, 1), p: rounded }, 2, classes('0', '1')).specs).toHaveProperty('probability');
  });

  test('a tie of the probabilities is no disagreement', () => {
    const { specs } = guess({ label: integers(0, 1), p: floats(2, 0.5, 0.5, 0.5, 0.5) }, 2, classes('0', '1'));
    expect(specs.label).toEqual({ kind: 'label', tensor: 'label' });
  });

  test('whose numbers are names of other positions is read by its probabilities', () => {
    const { specs } = guess({ label: integers(3, 1), p: three }, 2, classes('1', '2', '3'));
    expect(specs.label).toEqual({ kind: 'label', tensor: 'p' });
  });

  test('with probabilities alone has the label of the largest; unknown classes are counted', () => {
    const { specs, classes: names, remarks } = guess({ out: three }, 2);
    expect(specs.label).toEqual({ kind: 'label', tensor: 'out' });
    expect(names).toEqual(['0', '1', '2']);
    expect(remarks.join()).toContain('names of the 3 classes are not known');
  });

  test('with one number behind a sigmoid has two classes', () => {
    const evidence = { operators: new Map([['out', 'Sigmoid']]), ...classes('ok', 'failure') };
    expect(guess({ out: floats(1, 0.1, 0.9) }, 2, evidence).specs).toEqual({
      label: { kind: 'label', tensor: 'out', positive: 'failure', threshold: 0.5 },
      probability: { kind: 'probability', tensor: 'out', class: 'failure' },
    });
  });

  test('without probabilities: its label, and its scores as they are', () => {
    const scores = floats(3, 2.5, -1, 0.1, 0.2, 0.3, 4);
    expect(guess({ label: integers(-1, 1), scores }, 2)).toMatchObject({
      task: 'classification',
      classes: undefined,
      specs: { label: { kind: 'label', tensor: 'label' }, scores: { kind: 'vector', tensor: 'scores' } },
    });
    expect(guess({ label: integers(0, 1), scores }, 2, classes('a', 'b', 'c')).classes).toEqual(['a', 'b', 'c']);
  });
});

describe('a model of numbers', () => {
  test('one for each row, whatever its shape', () => {
    for (const out of [floats(1, 1, 2), { ...floats(1, 1, 2), dims: [2] }]) {
      expect(guess({ out }, 2)).toMatchObject({
        task: 'regression',
        specs: { value: { kind: 'value', tensor: 'out' } },
      });
    }
  });

  test('several for each row, named by the signature or not', () => {
    const out = floats(2, 10, 20, 30, 40);
    expect(guess({ out }, 2, { signature: ['low', 'high'] }).specs).toEqual({
      low: { kind: 'value', tensor: 'out', column: 0 },
      high: { kind: 'value', tensor: 'out', column: 1 },
    });
    const unnamed = guess({ out }, 2);
    expect(unnamed.specs).toEqual({ vector: { kind: 'vector', tensor: 'out' } });
    expect(unnamed.remarks.join()).toContain('If they are scores by class');
  });

  test('scores of classes that are known give a label', () => {
    expect(guess({ out: floats(2, 10, 20, 30, 40) }, 2, classes('a', 'b'))).toMatchObject({
      task: 'classification',
      specs: { label: { kind: 'label', tensor: 'out' }, scores: { kind: 'vector', tensor: 'out' } },
    });
  });

  test('an output that has no value for each row is left out, and said so', () => {
    const { specs, remarks } = guess({ out: floats(1, 1, 2), state: floats(1, 1, 2, 3) }, 2);
    expect(specs).toEqual({ value: { kind: 'value', tensor: 'out' } });
    expect(remarks).toEqual(['Output "state", float32 [3,1], has no number or text for each row and was left out.']);
  });

  test('texts beside it are read as labels, several in a row not at all', () => {
    const two = { ...texts('a', 'b', 'c', 'd'), dims: [2, 2] };
    const { specs, remarks } = guess({ n: integers(1, 2), word: texts('a', 'b'), words: two }, 2);
    expect(specs).toEqual({ label: { kind: 'label', tensor: 'n' }, word: { kind: 'label', tensor: 'word' } });
    expect(remarks.join()).toContain('"words", string [2,2]');
  });

  test('every field has a name of its own', () => {
    const { specs } = guess({ label: floats(1, 1, 2), l: integers(0, 1) }, 2);
    expect(specs).toEqual({ label: { kind: 'label', tensor: 'l' }, 'label-2': { kind: 'value', tensor: 'label' } });
  });

  test('NaN among the scores is told', () => {
    expect(guess({ out: floats(1, 1, Number.NaN) }, 2).remarks.join()).toContain(
      '"out" is NaN or infinite for some rows',
    );
  });

  test('numbers between 0 and 1 that do not add up to 1 are no probabilities', () => {
    expect(guess({ out: floats(2, 0.5, 0.6, 0.1, 0.9) }, 2).task).toBe('regression');
  });
});
