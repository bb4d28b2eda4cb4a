import { expect, test } from 'vitest';
import { readMutateOptions, usage } from '../../mutate/mutate-options.ts';
import { protections } from '../../mutate/protection-list.ts';
import { UsageError } from '../../src/cli/usage-error.ts';

const chosenBy = (...args: string[]) => readMutateOptions(args).chosen.map(({ id }) => id);

test('without a name all protections are meant', () => {
  expect(readMutateOptions([])).toMatchObject({ chosen: protections, isList: false, isJson: false, isHelp: false });
});

test('one is meant by its id, several by their figure, each once', () => {
  expect(chosenBy('--only', 'digests-compared')).toEqual(['digests-compared']);
  const ofD9 = protections.filter(({ figures }) => figures.includes('D9')).map(({ id }) => id);
  expect(ofD9.length).toBeGreaterThan(2);
  expect(chosenBy('--only', 'D9', '--only', 'digests-compared')).toEqual(ofD9);
});

test.each([
  [['--only', 'digest-compared'], 'There is no protection "digest-compared". Is "digests-compared" meant?'],
  [['--only', 'D99999999'], 'There is no protection "D99999999".'],
  [['D9'], usage],
  [['--al'], usage],
])('%j is used wrongly', (args, message) => {
  expect(() => readMutateOptions(args)).toThrow(UsageError);
  expect(() => readMutateOptions(args)).toThrow(message);
});
