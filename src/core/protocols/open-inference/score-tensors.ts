import type { Manifest } from '../../manifest/manifest.ts';
import type { OutputSpec } from '../../manifest/outputs.ts';
import type { OutputValue, Score } from '../../outputs/read-outputs.ts';
import type { Tensor, TensorInfo } from '../../tensor.ts';

/** An output of the answer, under the name of the manifest. */
export interface NamedTensor extends Tensor {
  readonly name: string;
}

/** How fields of scores become tensors: what a client is told of them, and the values of one row. */
interface FieldForm {
  readonly info: TensorInfo;
  valuesOf(value: OutputValue): readonly (number | string)[];
}

/** What the outputs of a model of rows look like as tensors. A number is float64, in which none loses digits. */
export const scoreInfos = (manifest: Manifest): readonly TensorInfo[] =>
  Object.entries(manifest.outputs).map(([name, spec]) => formOf(manifest, name, spec).info);

/** The scores of all rows as one tensor a field. */
export function scoreTensors(manifest: Manifest, scores: readonly Score[]): NamedTensor[] {
  return Object.entries(manifest.outputs).map(([name, spec]) => {
    const { info, valuesOf } = formOf(manifest, name, spec);
    const values = scores.flatMap((score) => valuesOf(score[name] as OutputValue));
    const width = info.shape.length === 1 ? [] : [values.length / scores.length];
    const data = info.type === 'string' ? (values as string[]) : Float64Array.from(values as number[]);
    return { name, type: info.type, dims: [scores.length, ...width], data };
  });
}

function formOf({ classes = [] }: Manifest, name: string, spec: OutputSpec): FieldForm {
  switch (spec.kind) {
    case 'label':
      return { info: { name, type: 'string', shape: [-1] }, valuesOf: (value) => [String(value)] };
    case 'probability':
    case 'value':
      return { info: { name, type: 'float64', shape: [-1] }, valuesOf: (value) => [value as number] };
    case 'probabilities':
      return {
        info: { name, type: 'float64', shape: [-1, classes.length] },
        // By name: an object has numbers among its keys in another order.
        valuesOf: (value) => classes.map((each) => (value as Record<string, number>)[each] as number),
      };
    case 'vector':
      return { info: { name, type: 'float64', shape: [-1, -1] }, valuesOf: (value) => value as readonly number[] };
    case 'top':
      return {
        info: { name, type: 'string', shape: [-1, Math.min(spec.k, classes.length)] },
        valuesOf: (value) =>
          (value as readonly { class: string; probability: number }[]).map(
            (each) => `${each.probability}:${classes.indexOf(each.class)}:${each.class}`,
          ),
      };
  }
}
