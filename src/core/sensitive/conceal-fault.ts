import type { Code } from '../codes.ts';
import { type Fault, hiddenValue } from '../fault.ts';

/** Codes whose `got` shows nothing of a record, or a value that is known not to be sensitive. */
const harmless: ReadonlySet<Code> = new Set<Code>([
  'body.too_large',
  'feature.missing',
  'feature.out_of_range',
  'feature.outlier',
  'feature.too_long',
  'feature.unknown_category',
  'feature.wrong_type',
  'id.conflict',
  'json.malformed',
  'json.too_complex',
  'key.malformed',
  'model.crashed',
  'number.malformed',
  'number.not_integer',
  'number.overflow',
  'output.not_finite',
  'record.empty',
  'sink.partition_full',
  'text.not_utf8',
  'timestamp.malformed',
  'value.overflow',
]);

/** What came, as far as it may be shown of a model with sensitive features: what is known to hold nothing of them. */
export const gotWithoutValues = ({ code, got }: Pick<Fault, 'code' | 'got'>): string =>
  harmless.has(code) ? got : hiddenValue;
