import type { Fault } from '../../core/fault.ts';
import type { Glimpse } from '../../core/import/foreign-models.ts';
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

/** The files of the person who imports. */
export interface GivenFiles {
  /** What lies at a path; undefined for nothing. @throws {ScoringError} `model.malformed` for what is neither file nor folder */
  look(path: string): Promise<Glimpse | undefined>;
  /** @throws {ScoringError} `model.malformed` when the file is larger than the limit, or cannot be read */
  read(path: string, bytesMax: number): Promise<Uint8Array<ArrayBuffer>>;
  /** The beginning of a file. @throws {ScoringError} `model.malformed` when it cannot be read */
  readStart(path: string, bytesMax: number): Promise<{ readonly bytes: Uint8Array; readonly isWhole: boolean }>;
  /** A YAML document. @throws {ScoringError} `model.malformed` */
  readYaml(path: string): Promise<unknown>;
  /**
   * A file of weights that a model keeps outside of itself, beside it or in a folder below.
   * @param location as the model has it
   * @returns a fault for what is not surely a file of weights of this model alone
   */
  readWeights(modelPath: string, location: string, bytesMax: number): Promise<Uint8Array | Fault>;
}

/** Lends a path at which the bytes lie while they are used. */
export type WithScratchFile = <T>(bytes: Uint8Array, use: (path: string) => Promise<T>) => Promise<T>;
