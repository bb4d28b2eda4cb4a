import { describe, expect, test } from 'vitest';
import { probeRows, rowCount, rowsOf } from '../../../src/core/import/probe-rows.ts';
import { sampleFeeds } from '../../../src/core/import/sample-feeds.ts';
import { sniffColumns } from '../../../src/core/import/sniff-columns.ts';
import { type SampleTable, sniffCsv } from '../../../src/core/import/sniff-csv.ts';
import type { Feature } from '../../../src/core/manifest/features.ts';
import type { TensorInfo, TensorType } from '../../../src/core/tensor.ts';

const info = (name: string, type: TensorType, shape: TensorInfo['shape']): TensorInfo => ({ name, type, shape });

describe('made rows', () => {
  test('have the types and shapes of the inputs, lie in the ranges that are known, and are always the same', () => {
    const inputs = [info('x', 'float32', ['N', 2]), info('n', 'int64', ['N']), info('t', 'string', ['N', 1])];
    const hints = new Map([
      ['x', [{ keepsMissing: false, range: [10, 20] as const }, { keepsMissing: false }]],
      ['t', [{ keepsMissing: false, vocabulary: ['a', 'b'] }]],
    ]);
    const { x, n, t } = probeRows(inputs, hints, 1)!;
    expect([x?.dims, n?.dims, t?.dims]).toEqual([[64, 2], [64], [64, 1]]);
    const numbers = Array.from(x!.data as Float32Array);
    expect(numbers.filter((_, i) => i % 2 === 0).every((value) => value >= 10 && value <= 20)).toBe(true);
    expect(numbers.filter((_, i) => i % 2 === 1).every((value) => value >= -2 && value <= 2)).toBe(true);
    expect(new Set(n!.data as BigInt64Array)).toEqual(new Set([0n, 1n, 2n, 3n]));
    expect(new Set(t!.data as string[])).toEqual(new Set(['a', 'b']));
    expect(probeRows(inputs, hints, 1)).toEqual({ x, n, t });
  });

  test('of large rows are few; open dimensions get the size that is tried', () => {
    const image = [info('x', 'float32', ['N', 3, 'H', 'W'])];
    expect(probeRows(image, new Map(), 224)?.x?.dims).toEqual([3, 3, 224, 224]);
    expect(probeRows(image, new Map(), 16)?.x?.dims).toEqual([64, 3, 16, 16]);
  });

  test('are as many as the model fixes, and none when a row is too large', () => {
    expect(rowCount(probeRows([info('x', 'float32', [100, 2])], new Map(), 1)!)).toBe(100);
    expect(probeRows([info('x', 'float32', ['N', 10 ** 9])], new Map(), 1)).toBeUndefined();
    expect(probeRows([info('x', 'float32', [10 ** 9, 4])], new Map(), 1)).toBeUndefined();
  });

  test('can be taken apart', () => {
    const feeds = probeRows([info('x', 'float64', ['N', 2]), info('t', 'string', ['N'])], new Map(), 1)!;
    const part = rowsOf(feeds, 1, 3);
    expect(part.x).toEqual({ type: 'float64', dims: [2, 2], data: (feeds.x!.data as Float64Array).slice(2, 6) });
    expect(part.t).toEqual({ type: 'string', dims: [2], data: (feeds.t!.data as string[]).slice(1, 3) });
  });
});

describe('rows of a sample', () => {
  const sample = sniffColumns(
    sniffCsv(
      Buffer.from(
        'n,c,b,t,w\n1.5,L,true,2026-01-01,x\n,M,false,2026-01-02,\n3,,true,2026-01-03,z\ngone,L,true,2026-01-04,y\n4,H,1,2026-01-05,y\n',
      ),
      true,
    ) as SampleTable,
  );
  const column = (name: string, input: string, type: TensorType, feature: object) => ({
    input,
    type,
    name,
    from: 'a test',
    sample: sample.find((each) => each.name === name)!,
    feature: { name, ...feature } as Feature,
  });

  test('are fed as the manifest will feed them; records that it will refuse are left out', () => {
    const inputs = [info('x', 'float32', ['N', 4]), info('w', 'string', ['N', 1])];
    const columns = [
      column('n', 'x', 'float32', { type: 'number', missing: { impute: 2 } }),
      column('c', 'x', 'float32', { type: 'category', categories: ['L', 'M'], missing: { impute: 'M' } }),
      column('b', 'x', 'float32', { type: 'boolean' }),
      column('t', 'x', 'float32', { type: 'timestamp' }),
      column('w', 'w', 'string', { type: 'text', missing: 'keep' }),
    ];
    const feeds = sampleFeeds(inputs, columns, 10)!;
    const day = (iso: string) => Math.fround(Date.parse(iso));
    expect(feeds.x).toEqual({
      type: 'float32',
      dims: [3, 4],
      data: Float32Array.of(1.5, 0, 1, day('2026-01-01'), 2, 1, 0, day('2026-01-02'), 3, 1, 1, day('2026-01-03')),
    });
    expect(feeds.w?.data).toEqual(['x', '', 'z']);
  });

  test('are no help when a column is missing or hardly a row is whole', () => {
    const inputs = [info('x', 'float32', ['N', 1])];
    const { sample: _, ...without } = column('n', 'x', 'float32', { type: 'number' });
    expect(sampleFeeds(inputs, [without], 10)).toBeUndefined();
    expect(
      sampleFeeds(inputs, [column('c', 'x', 'float32', { type: 'category', categories: ['H'] })], 10),
    ).toBeUndefined();
  });
});
