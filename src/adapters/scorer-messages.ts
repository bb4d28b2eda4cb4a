import type { Feeds, Outputs, TensorInfo } from '../core/tensor.ts';
import type { ModelFile } from '../scoring/ports.ts';

/** What the thread of a model is started with. */
export type ScorerThreadData = Pick<ModelFile, 'name' | 'path'>;

/** What the thread is told. A run is answered before the next one comes. */
export type ToScorerThread =
  | { readonly kind: 'run'; readonly feeds: Feeds; readonly fetches: readonly string[] }
  | { readonly kind: 'release' };

export type FromScorerThread =
  | { readonly kind: 'loaded'; readonly inputs: readonly TensorInfo[]; readonly outputs: readonly TensorInfo[] }
  | { readonly kind: 'outputs'; readonly outputs: Outputs }
  | { readonly kind: 'failed'; readonly message: string };
