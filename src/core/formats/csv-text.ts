/** A value as a field of CSV (RFC 4180): quoted where it must be. */
export const csvField = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** One line of CSV. */
export const csvLine = (fields: readonly string[]): string => `${fields.map(csvField).join(',')}\n`;

/** What a formula begins with, in the wide letters of East Asia too. */
const formulaStart = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/**
 * Text that a stranger wrote, for a cell of a file that a person may open in a spreadsheet: a text that a spreadsheet
 * would run as a formula gets an apostrophe in front (CWE-1236).
 */
export const harmlessText = (text: string): string =>
  formulaStart.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
