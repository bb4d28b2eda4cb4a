import {
  acceptBoolean,
  acceptCategory,
  acceptMissing,
  acceptNumber,
  acceptText,
  acceptTime,
  describeFeature,
  faultAt,
} from '../../batch/accept-value.ts';
import { badKey } from '../../batch/json-rows.ts';
import type { Layout, Slot } from '../../batch/layout.ts';
import { RecordBatch } from '../../batch/record-batch.ts';
import { describeValue, type Fault, pointerTo } from '../../fault.ts';
import { limits } from '../../limits.ts';
import { closestTo } from '../../suggest.ts';
import { type Refusal, refusalOf } from '../refusal.ts';
import { type CallRows, type RowModel, wrongCount } from '../rows/rows-call.ts';
import type { WireTensor } from './wire-tensor.ts';

type Value = number | bigint | string | null;
/** Reads the cell of a row of the call into the row `at` of the batch: they part where rows are refused. */
type ReadCell = (row: number, batch: RecordBatch, at: number) => Fault | undefined;

/**
 * The rows of a call that has one tensor a feature, each [N] or [N,1]. A feature without one is missing in all rows;
 * the key of the rows may be a tensor too.
 */
export function rowsOfTensors(model: RowModel, tensors: readonly WireTensor[]): CallRows | Refusal {
  const { layout } = model;
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const found = (names: readonly string[]) => names.map((name) => byName.get(name)).find((each) => each !== undefined);
  const slots = layout.slots.map((slot) => ({
    slot,
    tensor: found([slot.feature.name, ...(slot.feature.aliases ?? [])]),
  }));
  const key = found(layout.keyNames);
  const used = new Set([...slots.map(({ tensor }) => tensor), key]);
  const faults = [
    ...tensors.filter((tensor) => !used.has(tensor)).map((tensor) => unknown(layout, tensor)),
    ...tensors.flatMap((tensor) => wrongShape(tensor, tensors[0] as WireTensor)),
  ];
  if (faults.length > 0) return refusalOf(faults);
  const count = tensors[0]?.shape[0] ?? 0;
  const refused = wrongCount(count);
  if (refused !== undefined) return refused;
  const cells = slots.map(({ slot, tensor }) => cellReader(slot, tensor));
  if (key !== undefined) cells.push(keyReader(layout, key));
  const places = new Map(slots.map(({ slot, tensor }) => [pointerTo(slot.feature.name), tensor?.at]));
  if (key !== undefined) places.set(pointerTo(layout.keyNames[0] as string), key.at);
  const place = (row: number, path: string) => {
    const at = places.get(path);
    return at === undefined ? `/inputs${path}` : `${at}/data/${row}`;
  };
  return readCells(layout, count, cells, place);
}

function readCells(
  layout: Layout,
  count: number,
  cells: readonly ReadCell[],
  pointerOf: CallRows['pointerTo'],
): CallRows {
  const batch = new RecordBatch(layout, count);
  const faults = new Map<number, readonly Fault[]>();
  for (let row = 0; row < count; row++) {
    const at = batch.startRow();
    const wrong: Fault[] = [];
    for (const read of cells) {
      const fault = read(row, batch, at);
      if (fault !== undefined) wrong.push({ ...fault, path: pointerOf(row, fault.path) });
    }
    if (wrong.length === 0) batch.finishRow();
    else faults.set(row, wrong);
  }
  return { batch, count, faults, pointerTo: pointerOf };
}

function unknown({ slots }: Layout, { name, at }: WireTensor): Fault {
  const names = slots.map(({ feature }) => feature.name);
  const expected = `a feature of the model ("${closestTo(name, names) ?? names.join('", "')}")`;
  return { code: 'tensor.unknown', path: `${at}/name`, expected, got: describeValue(name) };
}

function wrongShape({ shape, at }: WireTensor, first: WireTensor): Fault[] {
  const rows = first.shape[0] ?? 1;
  const fits = shape[0] === rows && (shape.length === 1 || (shape.length === 2 && shape[1] === 1));
  const expected = `[${rows}] or [${rows},1], one value a row`;
  return fits ? [] : [{ code: 'tensor.wrong_shape', path: `${at}/shape`, expected, got: `[${shape.join()}]` }];
}

function cellReader(slot: Slot, tensor: WireTensor | undefined): ReadCell {
  if (tensor === undefined) return (_, batch, at) => acceptMissing(slot, 'nothing', batch, at);
  const { data } = tensor;
  const accept = acceptorOf(slot);
  return (row, batch, at) => {
    const value = data[row] as Value;
    if (value === null || value === '' || Number.isNaN(value)) {
      return acceptMissing(slot, value === null ? 'null' : describeValue(value), batch, at);
    }
    return accept(value, batch, at);
  };
}

type Accept = (value: number | bigint | string, batch: RecordBatch, at: number) => Fault | undefined;

/** A value of another type is refused, never converted where digits may be lost. */
function acceptorOf(slot: Slot): Accept {
  const refuse = (value: number | bigint | string) =>
    faultAt(slot, 'feature.wrong_type', describeFeature(slot.feature), describeBig(value));
  switch (slot.feature.type) {
    case 'number':
    case 'integer':
      return (value, batch, at) => (typeof value === 'string' ? refuse(value) : acceptExact(slot, value, batch, at));
    case 'boolean':
      return (value, batch, at) => {
        const bit = Number(value);
        return typeof value === 'string' || (bit !== 0 && bit !== 1)
          ? refuse(value)
          : acceptBoolean(slot, bit === 1, batch, at);
      };
    case 'category':
      return (value, batch, at) => acceptCategory(slot, String(value), batch, at);
    case 'text':
      return (value, batch, at) => (typeof value === 'string' ? acceptText(slot, value, batch, at) : refuse(value));
    case 'timestamp':
      return (value, batch, at) =>
        typeof value === 'string' ? acceptTime(slot, value, batch, at) : acceptExact(slot, value, batch, at);
  }
}

const describeBig = (value: number | bigint | string) =>
  typeof value === 'bigint' ? String(value) : describeValue(value);

/** 64-bit integers with more digits than a float64 keeps are refused. */
function acceptExact(slot: Slot, value: number | bigint, batch: RecordBatch, at: number): Fault | undefined {
  if (typeof value === 'bigint' && !Number.isSafeInteger(Number(value))) {
    return faultAt(slot, 'number.not_integer', `${describeFeature(slot.feature)} of at most 53 bits`, String(value));
  }
  return acceptNumber(slot, Number(value), batch, at);
}

function keyReader(layout: Layout, { data }: WireTensor): ReadCell {
  return (row, batch, at) => {
    const value = data[row] as Value;
    const text = value === null || value === '' ? undefined : String(value);
    if (text !== undefined && text.length > limits.keyCharactersMax) return badKey(layout, text);
    batch.keys[at] = text;
    return undefined;
  };
}
