import type { ImageSpec } from '../manifest/image.ts';

/** Bytes of a picture in the size that the model takes: red, green, blue (or gray alone) from 0 to 255, row by row. */
export type Pixels = Uint8Array;

export const channelsOf = ({ channels }: ImageSpec): 1 | 3 => (channels === 'gray' ? 1 : 3);

/**
 * The frame that the model takes, out of the middle of a picture that is at least as large.
 * @param size of the picture whose pixels these are
 */
export function middleOf(
  pixels: Pixels,
  size: { readonly width: number; readonly height: number },
  spec: ImageSpec,
): Pixels {
  const { width, height } = spec;
  if (size.width === width && size.height === height) return pixels;
  const channels = channelsOf(spec);
  const [left, top] = [Math.round((size.width - width) / 2), Math.round((size.height - height) / 2)];
  const frame = new Uint8Array(width * height * channels);
  for (let row = 0; row < height; row++) {
    const from = ((top + row) * size.width + left) * channels;
    frame.set(pixels.subarray(from, from + width * channels), row * width * channels);
  }
  return frame;
}

/**
 * Writes the values of one picture into the tensor of a batch.
 * @param out the tensor's data; the picture's values begin at `at`
 */
export function writePicture(
  spec: ImageSpec,
  pixels: Pixels,
  out: Float32Array | Float64Array | Uint8Array,
  at: number,
): void {
  const { width, height, layout, scale, mean, std } = spec;
  const channels = channelsOf(spec);
  const count = width * height;
  for (let channel = 0; channel < channels; channel++) {
    const from = spec.channels === 'BGR' ? channels - 1 - channel : channel;
    const shift = mean[channel] ?? mean[0]!;
    const divisor = std[channel] ?? std[0]!;
    const [start, step] = layout === 'NCHW' ? [at + channel * count, 1] : [at + channel, channels];
    // A byte has 256 values: that many are computed, in float64, and rounded once.
    const table = Float64Array.from({ length: 256 }, (_, byte) => (byte * scale - shift) / divisor);
    for (let i = 0; i < count; i++) out[start + i * step] = table[pixels[i * channels + from]!]!;
  }
}
