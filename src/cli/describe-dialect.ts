import { type CsvDialectInput, csvSchema } from '../core/manifest/csv.ts';

const separators = { ',': 'commas', ';': 'semicolons', '\t': 'tabs', '|': 'bars' } as const;

/** How CSV files are to be written, in one sentence for a person. */
export function describeDialect(dialect: CsvDialectInput): string {
  const { separator, rowNames, quote, encoding, decimal, missing, columns } = csvSchema.parse(dialect);
  const said = [
    `separated by ${separators[separator]}`,
    ...(encoding === 'utf-8' ? [] : [`in ${encoding}`]),
    ...(decimal === '.' ? [] : ['with decimal commas']),
    ...(quote === '"' ? [] : [quote === '' ? 'without quotes' : `with ${quote} for quotes`]),
    ...(rowNames ? ['with rows one field longer than the header'] : []),
    ...(columns === undefined ? [] : [`without a header, ${columns.length} columns`]),
    ...(missing.length === 1 && missing[0] === '' ? [] : [`missing values as ${missing.map(shown).join(', ')}`]),
  ];
  return `CSV as the sample is written: ${said.join('; ')}. A file that is written otherwise is refused.`;
}

const shown = (spelling: string): string => JSON.stringify(spelling);
