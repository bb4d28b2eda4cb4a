import type { Layout } from '../../core/batch/layout.ts';
import type { DecodedRows } from '../../core/formats/decoded-rows.ts';

/** Rows to learn from or to take examples of. */
export interface DataRows {
  /** The rows from the first to the last, decoded for a layout, in pieces. May be read again and again. */
  read(layout: Layout): AsyncIterable<DecodedRows>;
}
