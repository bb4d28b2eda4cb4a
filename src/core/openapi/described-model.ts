import type { Manifest } from '../manifest/manifest.ts';
import type { TensorInfo } from '../tensor.ts';

/** What the description of the app needs to know of a model. */
export interface DescribedModel {
  readonly manifest: Manifest;
  /** Of a model of tensors; undefined for a model of rows. */
  readonly tensors: { readonly inputs: readonly TensorInfo[]; readonly outputs: readonly TensorInfo[] } | undefined;
}

/** A JSON Schema, or another part of an OpenAPI document. */
export type Part = Readonly<Record<string, unknown>>;

export const schemaRef = (name: string): Part => ({ $ref: `#/components/schemas/${name}` });

/** A body in JSON. */
export const jsonOf = (schema: Part): Part => ({ 'application/json': { schema } });
