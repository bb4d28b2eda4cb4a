import type { Fault } from '../../core/fault.ts';
import type { Feeds, Outputs, TensorInfo } from '../../core/tensor.ts';

/** What a model may use while it is tried. */
export interface ProbeLimits {
  /** From the start of the process that tries it, all runs together. */
  readonly timeoutMs: number;
  /** Resident memory of that process. */
  readonly memoryBytesMax: number;
}

/** What one run gave. */
export interface ProbeRun {
  readonly outputs: Outputs;
  readonly durationMs: number;
}

/** A model as it really is, whatever it says of itself. */
export interface ProbeReport {
  readonly inputs: readonly TensorInfo[];
  /** Tensor outputs only. */
  readonly outputs: readonly TensorInfo[];
  readonly loadMs: number;
  /** Most resident memory that the process ever had, itself included. */
  readonly memoryBytes: number;
  /** One for each feed, in order; a fault where the model refused it. */
  readonly runs: readonly (ProbeRun | Fault)[];
}

/**
 * Loads a model that nobody trusts yet and runs it on some feeds, where it can do no harm.
 * @returns `model.unsupported` when it cannot be loaded, breaks a limit or brings its process down
 */
export type ProbeModel = (path: string, feeds: readonly Feeds[], limits: ProbeLimits) => Promise<ProbeReport | Fault>;
