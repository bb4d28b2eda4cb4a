import type { Tensor } from '../../tensor.ts';

/**
 * The classification extension: the `count` largest values of each row as texts `value:index`, with `:label` where the
 * model has a name for each value of a row.
 */
export function classify({ dims, data, type }: Tensor, count: number, labels: readonly string[] | undefined): Tensor {
  const rows = dims.length > 1 ? (dims[0] as number) : 1;
  const width = rows === 0 ? 0 : data.length / rows;
  const shown = Math.min(count, width);
  const named = labels?.length === width ? labels : undefined;
  const texts: string[] = [];
  for (let row = 0; row < rows; row++) {
    const values = Array.from({ length: width }, (_, i) => ({ value: data[row * width + i] as number, i }));
    if (type !== 'string') values.sort((a, b) => Number(b.value) - Number(a.value) || a.i - b.i);
    for (const { value, i } of values.slice(0, shown))
      texts.push(named === undefined ? `${value}:${i}` : `${value}:${i}:${named[i]}`);
  }
  return { type: 'string', dims: [...(dims.length > 1 ? [rows] : []), shown], data: texts };
}
