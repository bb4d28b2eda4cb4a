import { gzipSync, zstdCompressSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { readingsCsv } from '../../local/devices/readings-csv.ts';
import { DecodedRows } from '../../src/core/formats/decoded-rows.ts';
import { fileFormatOf, rowDecoderOf } from '../../src/scoring/file-format.ts';
import type { LoadedModel } from '../../src/scoring/loaded-model.ts';
import { unpacked } from '../../src/scoring/unpack.ts';
import { bundledModel, readings } from './bundled-model.ts';

let model: LoadedModel;
beforeAll(async () => {
  model = await bundledModel();
});

/** All that a file comes to before the model sees it: where scores come of equal rows, they are equal. */
async function rowsOf(name: string, pieces: readonly Uint8Array[]): Promise<string> {
  const format = fileFormatOf(name);
  const decoder = rowDecoderOf(format, model, ['machineId']);
  const rows = new DecodedRows(model.layout, 256);
  const { batch } = rows;
  const bytes = pieces.reduce((sum, { length }) => sum + length, 0);
  const source = (async function* () {
    yield* pieces;
  })();
  if (format.packing === undefined) for (const piece of pieces) expect(decoder.decode(piece, rows)).toBeUndefined();
  else for await (const piece of unpacked(source, format.packing, bytes)) decoder.decode(piece, rows);
  expect(decoder.finish(rows)).toBeUndefined();
  const { layout, length } = batch;
  const numbers = batch.numbers.subarray(0, length * layout.numberCount);
  const categories = batch.categories.subarray(0, length * layout.categoryCount);
  const places = [...rows.places].map(({ row, line, byte }) => [row, line, byte]);
  return [
    length,
    numbers,
    categories,
    batch.keys.slice(0, length),
    places,
    rows.kept,
    JSON.stringify(rows.faults),
  ].join();
}

async function csv(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of readingsCsv({ machines: 20, seed: 7, rows: 110 })) chunks.push(chunk);
  const [head, ...lines] = Buffer.concat(chunks).toString().trimEnd().split('\n');
  const rows = lines.map((line, i) => {
    if (i % 16 === 3) return line.replace(/,[^,]*$/, ',"1\n2"');
    if (i % 16 === 7) return `"${line.replace(',', '","').replace(/,(?=[^"]*$)/, '","')}"`;
    return i % 16 === 11 ? `${line}\r` : line;
  });
  return `${head}\n${rows.join('\n')}\n`;
}

const records = () =>
  readings(34)
    .map((reading, i) => JSON.stringify(i % 5 === 3 ? { ...reading, torque: 'ß"' } : reading))
    .join('\r\n');

test('the samples have 4 KB', async () => {
  for (const text of [await csv(), records()]) expect(Buffer.byteLength(text)).toBeGreaterThan(4_000);
});

test.each([
  ['a.csv', async () => Buffer.from(await csv())],
  ['a.ndjson', async () => Buffer.from(records())],
  ['a.csv.gz', async () => gzipSync(await csv())],
  ['a.ndjson.zst', async () => zstdCompressSync(records())],
] as [string, () => Promise<Buffer>][])('%s of 4 KB: cut at any byte, the same rows come of it', async (name, make) => {
  const bytes = await make();
  const whole = await rowsOf(name, [bytes]);
  expect(whole).toContain('"line":');
  for (let cut = 0; cut <= bytes.length; cut++) {
    const cutInTwo = await rowsOf(name, [bytes.subarray(0, cut), bytes.subarray(cut)]);
    if (cutInTwo !== whole) expect(cutInTwo, `cut at ${cut} of ${bytes.length}`).toBe(whole);
  }
});
