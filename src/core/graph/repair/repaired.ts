import type { ModelProto } from 'onnx-buf';

/** A model after a repair; the one that was given is left as it is. */
export interface Repaired {
  readonly model: ModelProto;
  /** What was changed, each a sentence for people; empty when nothing was. */
  readonly changes: readonly string[];
}
