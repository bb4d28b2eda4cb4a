import * as z from 'zod';
import { type Tensor, type TensorData, type TensorType, tensorArrays } from '../tensor.ts';

/** Tensors in JSON files: little-endian bytes as base64, so that every bit comes back; strings as they are. */

const dims = z.array(z.int().min(0));

export const tensorJsonSchema = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('string'), dims, data: z.array(z.string()) }),
    z.strictObject({ type: z.enum(Object.keys(tensorArrays) as [keyof typeof tensorArrays]), dims, data: z.base64() }),
  ])
  .refine(({ type, dims: shape, data }) => {
    const size = shape.reduce((product, dim) => product * dim, 1);
    return type === 'string'
      ? data.length === size
      : bytesOf(data).length === size * tensorArrays[type].BYTES_PER_ELEMENT;
  }, 'as much data as the dimensions say');

export type TensorJson = z.infer<typeof tensorJsonSchema>;

const bytesOf = (base64: string): Buffer => Buffer.from(base64, 'base64');

export function tensorToJson({ type, dims: shape, data }: Tensor): TensorJson {
  if (type === 'string') return { type, dims: [...shape], data: [...(data as readonly string[])] };
  const { buffer, byteOffset, byteLength } = data as Exclude<TensorData, readonly string[]>;
  return { type, dims: [...shape], data: Buffer.from(buffer, byteOffset, byteLength).toString('base64') };
}

export function tensorFromJson({ type, dims: shape, data }: TensorJson): Tensor {
  if (type === 'string') return { type, dims: shape, data };
  // A copy of its own: bytes out of Node's pool need not be aligned.
  const { buffer } = Uint8Array.from(bytesOf(data));
  return { type: type as TensorType, dims: shape, data: new tensorArrays[type](buffer) };
}
