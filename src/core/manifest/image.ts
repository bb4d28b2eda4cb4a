import * as z from 'zod';
import { limits } from '../limits.ts';

const side = z.int().min(1).max(limits.pictureSideMax);
const perChannel = z.array(z.number()).min(1).max(3);

/** How a picture becomes the tensor of a model without features: `(channel * scale - mean) / std`. */
export const imageSchema = z
  .strictObject({
    input: z.string().min(1).describe('Name of the input of the ONNX model that takes the picture.'),
    width: side,
    height: side,
    fit: z
      .enum(['stretch', 'cover', 'contain'])
      .default('cover')
      .describe(
        'stretch: both sides at once; cover: fill the frame and cut the rest off around the middle; contain: all of the picture, black around it.',
      ),
    shorterSide: side
      .optional()
      .describe(
        'Scale the shorter side to this first, then cut the frame out of the middle (256 before 224 is usual).',
      ),
    kernel: z.enum(['nearest', 'linear', 'cubic', 'lanczos']).default('linear').describe('How pixels are averaged.'),
    channels: z.enum(['RGB', 'BGR', 'gray']).default('RGB'),
    layout: z.enum(['NCHW', 'NHWC']).default('NCHW').describe('Channels before rows and columns of pixels, or behind.'),
    scale: z
      .number()
      .positive()
      .default(1 / 255)
      .describe('Pixels are 0 to 255; 1/255 makes that 0 to 1.'),
    mean: perChannel.default([0]).describe('One for all channels, or one each in their order.'),
    std: perChannel.default([1]).describe('One for all channels, or one each in their order.'),
    pixelsMax: z
      .int()
      .min(1)
      .max(limits.picturePixelsCeiling)
      .default(limits.picturePixelsMax)
      .describe('Pictures of more pixels are refused before they are decoded.'),
  })
  .refine(({ width, height, shorterSide }) => shorterSide === undefined || shorterSide >= Math.max(width, height), {
    path: ['shorterSide'],
    message: 'at least the width and the height that are cut out',
  });

export type ImageSpec = z.infer<typeof imageSchema>;
