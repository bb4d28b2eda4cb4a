import type { KernelEnum, Sharp } from 'sharp';
import { digestOf } from '../../core/digest.ts';
import type { Fault } from '../../core/fault.ts';
import { limits } from '../../core/limits.ts';
import type { ImageSpec } from '../../core/manifest/image.ts';
import type { PicturePiece } from '../../core/pictures/picture-rows.ts';
import { type PictureSize, pictureSizeOf } from '../../core/pictures/picture-size.ts';
import { channelsOf, middleOf } from '../../core/pictures/picture-tensor.ts';

type Runtime = typeof import('sharp').default;

let runtime: Promise<Runtime> | undefined;

/** The native library is loaded when the first picture comes. It reads the three formats, and no other that it knows. */
function loadRuntime(): Promise<Runtime> {
  runtime ??= import('sharp').then(({ default: sharp }) => {
    sharp.block({ operation: ['VipsForeignLoad'] });
    sharp.unblock({
      operation: ['VipsForeignLoadPngBuffer', 'VipsForeignLoadJpegBuffer', 'VipsForeignLoadWebpBuffer'],
    });
    // What it would keep is never asked for again.
    sharp.cache(false);
    return sharp;
  });
  return runtime;
}

const kernels: Readonly<Record<ImageSpec['kernel'], keyof KernelEnum>> = {
  nearest: 'nearest',
  linear: 'linear',
  cubic: 'cubic',
  lanczos: 'lanczos3',
};

/** Decodes a picture to the size that the model takes. What is too large is refused by its header. */
export async function decodePicture(name: string, bytes: Uint8Array, spec: ImageSpec): Promise<PicturePiece> {
  const size = pictureSizeOf(bytes);
  const fault = sizeFault(size, bytes.length, spec);
  if (size === undefined || fault !== undefined) return { name, fault: fault ?? notOne('something else') };
  const sharp = await loadRuntime();
  try {
    const options = { limitInputPixels: spec.pixelsMax, failOn: 'warning', sequentialRead: true } as const;
    const picture = sharp(bytes, options).autoOrient().toColourspace('srgb').removeAlpha();
    const { data, info } = await scaled(picture, spec).raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
    const channels = channelsOf(spec);
    if (info.channels !== channels) return { name, fault: notOne(`${info.channels} channels, not ${channels}`) };
    return { name, pixels: middleOf(data, info, spec), digest: digestOf(bytes) };
  } catch (error) {
    return { name, fault: notOne((error as Error).message.split('\n')[0] ?? '') };
  }
}

const notOne = (got: string): Fault => ({
  code: 'picture.malformed',
  path: '',
  expected: 'a whole JPEG, PNG or WebP picture',
  got,
});

export function sizeFault(
  size: PictureSize | undefined,
  bytes: number,
  { pixelsMax, shorterSide }: ImageSpec,
): Fault | undefined {
  const tooLarge = (expected: string, got: string): Fault => ({ code: 'picture.too_large', path: '', expected, got });
  if (bytes > limits.pictureBytesMax) return tooLarge(`at most ${limits.pictureBytesMax} bytes`, String(bytes));
  if (size === undefined) return undefined;
  const { width, height } = size;
  if (width < 1 || height < 1) return notOne(`a picture of ${width} x ${height}`);
  // A ribbon whose shorter side is enlarged becomes as long as it was thin.
  const enlarged =
    shorterSide === undefined ? 0 : (shorterSide ** 2 * Math.max(width, height)) / Math.min(width, height);
  const isTooLarge = Math.max(width * height, enlarged) > pixelsMax;
  return isTooLarge ? tooLarge(`at most ${pixelsMax} pixels`, `${width} x ${height}`) : undefined;
}

/** Scales to the frame of the model, or to what the frame is cut out of, in its channels. */
function scaled(picture: Sharp, { width, height, fit, shorterSide, ...spec }: ImageSpec): Sharp {
  const kernel = kernels[spec.kernel];
  const colours = spec.channels === 'gray' ? picture.greyscale() : picture;
  if (shorterSide !== undefined) {
    return colours.resize({ width: shorterSide, height: shorterSide, fit: 'outside', kernel });
  }
  const fits = { stretch: 'fill', cover: 'cover', contain: 'contain' } as const;
  return colours.resize({ width, height, fit: fits[fit], kernel, background: 'black' });
}
