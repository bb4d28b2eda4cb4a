import { expect, test } from 'vitest';
import { type ImageSpec, imageSchema } from '../../../src/core/manifest/image.ts';
import { writePicture } from '../../../src/core/pictures/picture-tensor.ts';

const specOf = (changes: object): ImageSpec =>
  imageSchema.parse({ input: 'x', width: 2, height: 1, scale: 1, ...changes });
/** Two pixels: red, green and blue of each. */
const pixels = Uint8Array.of(1, 2, 3, 4, 5, 6);

function written(changes: object, data: Float32Array | Uint8Array = new Float32Array(8), from = pixels): number[] {
  writePicture(specOf(changes), from, data, 1);
  return [...data];
}

test('channels stand before the pixels or behind, in either order', () => {
  expect(written({ layout: 'NCHW' })).toEqual([0, 1, 4, 2, 5, 3, 6, 0]);
  expect(written({ layout: 'NHWC' })).toEqual([0, 1, 2, 3, 4, 5, 6, 0]);
  expect(written({ layout: 'NCHW', channels: 'BGR' })).toEqual([0, 3, 6, 2, 5, 1, 4, 0]);
  expect(written({ layout: 'NHWC', channels: 'BGR' })).toEqual([0, 3, 2, 1, 6, 5, 4, 0]);
  expect(written({ channels: 'gray' }, new Float32Array(4), Uint8Array.of(7, 8))).toEqual([0, 7, 8, 0]);
});

test('scale, mean and deviation are those of torchvision, rounded once', () => {
  const spec = { scale: 1 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225], layout: 'NHWC' };
  const expected = [1, 2, 3].map((value, i) => Math.fround((value / 255 - spec.mean[i]!) / spec.std[i]!));
  expect(written(spec).slice(1, 4)).toEqual(expected);
  expect(written({ mean: [1], std: [2] }).slice(1, 7)).toEqual([0, 1.5, 0.5, 2, 1, 2.5]);
});

test('a model of bytes gets bytes', () => {
  expect(written({ layout: 'NHWC' }, new Uint8Array(8))).toEqual([0, 1, 2, 3, 4, 5, 6, 0]);
});
