import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { valid } from '../core/fault.ts';
import { type NamedTensor, readTensorProto } from '../core/golden/tensor-proto.ts';
import { limits } from '../core/limits.ts';
import type { Tensor } from '../core/tensor.ts';
import { bytesOf, eventsOf } from './event-source.ts';
import { UsageError } from './usage-error.ts';

/** Records of a .csv, .ndjson, .jsonl or .json (one array) file. @throws {UsageError} */
export async function recordsOf(file: string): Promise<Record<string, unknown>[]> {
  const ending = extname(file).toLowerCase();
  if (ending === '.json') return fromJson(file);
  const format = ending === '.csv' ? 'csv' : 'ndjson';
  if (format === 'ndjson' && ending !== '.ndjson' && ending !== '.jsonl') {
    throw new UsageError(`${file}: rows are read from .csv, .ndjson, .jsonl and .json files.`);
  }
  const records: Record<string, unknown>[] = [];
  for await (const { body } of eventsOf(bytesOf(file), format, undefined)) {
    records.push(JSON.parse(body.toString()) as Record<string, unknown>);
    if (records.length > limits.goldenRowsMax)
      throw new UsageError(`${file} has more than ${limits.goldenRowsMax} rows.`);
  }
  return records;
}

function fromJson(file: string): Record<string, unknown>[] {
  try {
    const written = JSON.parse(readFileSync(file, 'utf8')) as unknown;
    if (Array.isArray(written)) return written as Record<string, unknown>[];
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`);
  }
  throw new UsageError(`${file} must hold an array of records.`);
}

/** The tensors of a folder as ONNX's own test data has them: `input_<i>.pb`, `output_<i>.pb`. */
export function tensorsOf(
  folder: string,
  inputs: readonly string[],
  outputs: readonly string[],
): { feeds: Record<string, Tensor>; outputs: Record<string, Tensor> } {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new UsageError(`${folder} is no folder with input_0.pb and output_0.pb.`);
  }
  const read = (kind: string, names: readonly string[]): Record<string, Tensor> =>
    Object.fromEntries(
      readdirSync(folder)
        .filter((file) => new RegExp(`^${kind}_\\d+\\.pb$`).test(file))
        .map((file) => {
          const example = readTensorProto(readFileSync(join(folder, file)));
          const { name, tensor } = 'code' in example ? valid<NamedTensor>([example], file) : example;
          const index = Number(/\d+/.exec(file)?.[0]);
          return [names.includes(name) ? name : (names[index] ?? name), tensor];
        }),
    );
  return { feeds: read('input', inputs), outputs: read('output', outputs) };
}
