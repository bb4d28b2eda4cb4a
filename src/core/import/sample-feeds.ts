import { parseTime } from '../batch/accept-value.ts';
import type { Feeds, Tensor, TensorInfo, TensorType } from '../tensor.ts';
import type { FeatureGuess } from './guess-feature.ts';
import type { InputColumn } from './name-columns.ts';
import { rowsFew, tensorOf } from './probe-rows.ts';
import { decimalOf } from './sniff-columns.ts';

/** One column of a model's input and the feature that feeds it. */
type FedColumn = InputColumn & Pick<FeatureGuess, 'feature'>;

/**
 * Makes feeds of the first rows of a sample, as far as their cells can be read.
 * @returns undefined when a column of the model has none in the sample, or hardly a row is whole
 */
export function sampleFeeds(
  inputs: readonly TensorInfo[],
  columns: readonly FedColumn[],
  rowsMax: number,
): Feeds | undefined {
  const [first] = columns;
  if (columns.some(({ sample }) => sample === undefined)) return undefined;
  const rows: (readonly (number | string)[])[] = [];
  for (let row = 0; row < (first?.sample?.cells.length ?? 0) && rows.length < rowsMax; row++) {
    const cells = columns.map((column) => valueOfCell(column, column.sample?.cells[row] ?? ''));
    if (cells.every((cell) => cell !== undefined)) rows.push(cells);
  }
  if (rows.length < rowsFew) return undefined;
  return Object.fromEntries(
    inputs.map(({ name, type, shape }): [string, Tensor] => {
      const places = columns.flatMap(({ input }, i) => (input === name ? [i] : []));
      const values = rows.flatMap((cells) => places.map((i) => cells[i] as number | string));
      const dims = shape.length === 1 ? [rows.length] : [rows.length, places.length];
      return [name, tensorOf(type, dims, (at) => values[at] as number | string)];
    }),
  );
}

/** What the model is fed for a cell; undefined where the record would be refused. */
function valueOfCell({ type, feature }: FedColumn, cell: string): number | string | undefined {
  if (cell === '') return missingValue(type, feature);
  switch (feature.type) {
    case 'text':
      return cell;
    case 'category': {
      const code = feature.categories?.indexOf(cell) ?? -1;
      if (code < 0) return undefined;
      return type === 'string' ? cell : code;
    }
    case 'boolean':
      return /^(true|1)$/i.test(cell) ? 1 : 0;
    default: {
      const value = feature.type === 'timestamp' ? parseTime(cell) : decimalOf(cell);
      const fits = !Number.isNaN(value) && (feature.type !== 'integer' || Number.isSafeInteger(value));
      return fits ? value : undefined;
    }
  }
}

function missingValue(type: TensorType, feature: FedColumn['feature']): number | string | undefined {
  const { missing } = feature;
  if (missing === undefined || missing === 'reject') return undefined;
  if (missing === 'keep') return type === 'string' ? '' : Number.NaN;
  if (feature.type === 'category') return feature.categories?.indexOf(String(missing.impute));
  return Number(missing.impute);
}
