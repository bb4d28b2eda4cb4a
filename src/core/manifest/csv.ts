import * as z from 'zod';
import { limits } from '../limits.ts';

/** How CSV files of a model are written. It is pinned: a file that is written otherwise is refused, not guessed at. */
export const csvSchema = z
  .strictObject({
    separator: z.enum([',', ';', '\t', '|']).default(','),
    rowNames: z
      .boolean()
      .default(false)
      .describe('Rows begin with a column that the header does not name, as R and pandas write it.'),
    quote: z
      .enum(['"', "'", ''])
      .default('"')
      .describe(
        'What stands around fields that hold separators or line ends; nothing: quotes are text like any other.',
      ),
    encoding: z
      .enum(['utf-8', 'utf-16', 'latin1', 'windows-1252'])
      .default('utf-8')
      .describe('utf-16: in the order of its byte order mark, little-endian without one.'),
    decimal: z.enum(['.', ',']).default('.').describe('What stands before the fraction of a number.'),
    missing: z
      .array(z.string().max(limits.missingCharactersMax))
      .max(limits.missingSpellingsMax)
      .default([''])
      .describe('Cells that say that there is no value, for example ["", "NA"]. Only empty ones by default.'),
    columns: z
      .array(z.string().min(1).max(limits.keyCharactersMax))
      .min(1)
      .max(limits.csvColumnsMax)
      .optional()
      .describe('Names of the columns, for files without a header line.'),
  })
  .refine(({ columns, rowNames }) => columns === undefined || !rowNames, {
    path: ['rowNames'],
    message: 'false where `columns` names all columns',
  });

export type CsvDialect = z.infer<typeof csvSchema>;
/** As a person writes it: without what goes without saying. */
export type CsvDialectInput = z.input<typeof csvSchema>;

/** The dialect of a manifest that says nothing of it. */
export const plainCsv: CsvDialect = csvSchema.parse({});
