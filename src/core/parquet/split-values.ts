import { malformed, unsupported } from './broken.ts';
import { type PhysicalType, type PhysicalValues, readPlainValues } from './plain-values.ts';

const widths: Partial<Record<PhysicalType, number>> = { INT32: 4, INT64: 8, FLOAT: 4, DOUBLE: 8 };

/** Reads values whose first bytes stand together, then the second ones, and so on (BYTE_STREAM_SPLIT). */
export function readSplitValues(
  page: Uint8Array,
  start: number,
  type: PhysicalType,
  count: number,
  fixedBytes: number,
): PhysicalValues {
  const width = type === 'FIXED_LEN_BYTE_ARRAY' ? fixedBytes : widths[type];
  if (width === undefined) throw unsupported(`${type} as BYTE_STREAM_SPLIT`);
  if (start + width * count > page.length) throw malformed('values end behind their page');
  const joined = new Uint8Array(width * count);
  for (let part = 0; part < width; part++) {
    const from = start + part * count;
    for (let i = 0; i < count; i++) joined[i * width + part] = page[from + i]!;
  }
  return readPlainValues(joined, 0, type, count, fixedBytes);
}
