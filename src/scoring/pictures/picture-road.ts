import { describeValue, type Fault, pointerTo } from '../../core/fault.ts';
import type { ImageSpec } from '../../core/manifest/image.ts';
import type { Manifest } from '../../core/manifest/manifest.ts';
import type { ReadScores, ScoredRows } from '../../core/outputs/read-outputs.ts';
import { channelsOf, type Pixels, writePicture } from '../../core/pictures/picture-tensor.ts';
import type { Tensor, TensorInfo } from '../../core/tensor.ts';
import type { Deadline } from '../deadline.ts';
import type { TensorQueue } from '../tensor-queue.ts';

/** How pictures become tensors of a model, and its answers scores. */
export interface PictureRoad {
  readonly spec: ImageSpec;
  /** @throws {ScoringError} `model.run_failed` */
  score(pictures: readonly Pixels[], deadline?: Deadline): Promise<ScoredRows>;
}

/** Types of tensors that a picture can be written to. */
const arrays = { float32: Float32Array, float64: Float64Array, uint8: Uint8Array } as const;
type PictureType = keyof typeof arrays;

/** Pictures of one run: more of them at once cost memory and save nothing. */
const picturesMax = 8;

/**
 * The road of pictures, after checking that the manifest fits the model.
 * @returns undefined where the manifest has no `image`; a fault for each disagreement
 */
export function pictureRoad(
  manifest: Manifest,
  queue: TensorQueue,
  readScores: ReadScores,
): PictureRoad | Fault[] | undefined {
  const { image: spec } = manifest;
  if (spec === undefined) return undefined;
  const input = queue.inputs.find(({ name }) => name === spec.input);
  const faults = input === undefined ? [noInput(spec, queue.inputs)] : inputFaults(spec, input);
  if (input === undefined || faults.length > 0) return faults;
  const perRun = input.shape[0] === 1 || manifest.model.batch === 'row' ? 1 : picturesMax;
  return {
    spec,
    score: async (pictures, deadline) => {
      const scored: ScoredRows = { scores: [], faults: new Map() };
      for (let at = 0; at < pictures.length; at += perRun) {
        const chunk = pictures.slice(at, at + perRun);
        const outputs = await queue.score({ [spec.input]: tensorOf(spec, input.type as PictureType, chunk) }, deadline);
        const { scores, faults } = readScores(outputs, chunk.length, chunk.length);
        scored.scores.push(...scores);
        for (const [row, fault] of faults) scored.faults.set(at + row, fault);
      }
      return scored;
    },
  };
}

function tensorOf(spec: ImageSpec, type: PictureType, pictures: readonly Pixels[]): Tensor {
  const shape = shapeOf(spec);
  const values = shape.reduce((product, each) => product * each, 1);
  const data = new arrays[type](pictures.length * values);
  for (const [i, pixels] of pictures.entries()) writePicture(spec, pixels, data, i * values);
  return { type, dims: [pictures.length, ...shape], data };
}

function shapeOf(spec: ImageSpec): [number, number, number] {
  const { width, height, layout } = spec;
  const channels = channelsOf(spec);
  return layout === 'NCHW' ? [channels, height, width] : [height, width, channels];
}

const mismatch = (key: string, expected: string, got: unknown): Fault => ({
  code: 'model.mismatch',
  path: pointerTo('image', key),
  expected,
  got: describeValue(got),
});

const noInput = ({ input }: ImageSpec, inputs: readonly TensorInfo[]): Fault =>
  mismatch('input', `an input of the model ("${inputs.map(({ name }) => name).join('", "')}")`, input);

function inputFaults(spec: ImageSpec, { name, type, shape }: TensorInfo): Fault[] {
  if (!Object.hasOwn(arrays, type)) return [mismatch('input', `an input of ${Object.keys(arrays).join(', ')}`, type)];
  const wanted = shapeOf(spec);
  const [, ...sides] = shape;
  const fits =
    sides.length === 3 && sides.every((side, i) => typeof side !== 'number' || side < 1 || side === wanted[i]);
  if (fits) return [];
  return [mismatch('layout', `pictures of [${sides.join()}], as the input "${name}" takes them`, wanted.join())];
}
