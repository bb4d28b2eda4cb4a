import { expect, test } from 'vitest';
import { describeDialect } from '../../src/cli/describe-dialect.ts';

test('what goes without saying is not said, all else is', () => {
  const refused = 'A file that is written otherwise is refused.';
  expect(describeDialect({})).toBe(`CSV as the sample is written: separated by commas. ${refused}`);
  expect(describeDialect({ separator: '\t', rowNames: true, quote: '' })).toContain(
    'separated by tabs; without quotes; with rows one field longer than the header. ',
  );
  const european = { separator: ';', encoding: 'latin1', decimal: ',' } as const;
  expect(describeDialect({ ...european, missing: ['', 'NA'], columns: ['a', 'b'] })).toContain(
    'separated by semicolons; in latin1; with decimal commas; without a header, 2 columns; missing values as "", "NA". ',
  );
});
