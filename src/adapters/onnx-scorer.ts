import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { ScoringError } from '../core/fault.ts';
import {
  type Feeds,
  isTensorType,
  type Outputs,
  type TensorData,
  type TensorInfo,
  type TensorType,
} from '../core/tensor.ts';
import type { ModelFile, Scorer } from '../scoring/ports.ts';

type Runtime = typeof import('onnxruntime-node');

/**
 * One thread, no spinning: with more, the tail grows, tree scores change in their last bits, and idle threads burn a
 * core between small runs. Scale comes from instances.
 */
const sessionOptions: InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  logSeverityLevel: 4,
  extra: { session: { intra_op: { allow_spinning: '0' } } },
};

let runtime: Promise<Runtime> | undefined;

/** The native library is loaded when the first model is: an app whose library is broken must still start and say so. */
function loadRuntime(): Promise<Runtime> {
  // Read once, when the library is loaded: without it model and graph names leave the machine.
  process.env.ORT_DISABLE_TELEMETRY = '1';
  runtime ??= import('onnxruntime-node');
  return runtime;
}

/**
 * Loads an ONNX file into ONNX Runtime.
 * @throws {ScoringError} `model.not_ready` when the library or the model cannot be loaded
 */
export const loadOnnxScorer = ({ name, path }: Pick<ModelFile, 'name' | 'path'>): Promise<Scorer> =>
  load(name, (ort) => ort.InferenceSession.create(path, sessionOptions));

/** Loads a graph that was made here. A model from elsewhere comes by its path: from bytes it could read other files. */
export const loadOnnxBytes = (bytes: Uint8Array): Promise<Scorer> =>
  load('the graph', (ort) => ort.InferenceSession.create(bytes, sessionOptions));

async function load(name: string, create: (ort: Runtime) => Promise<InferenceSession>): Promise<Scorer> {
  try {
    const ort = await loadRuntime();
    return new OnnxScorer(ort, await create(ort));
  } catch (error) {
    const message = `${name} cannot be loaded: ${messageOf(error)}`;
    throw new ScoringError('model.not_ready', message, { retryable: true, cause: error });
  }
}

class OnnxScorer implements Scorer {
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  readonly #ort: Runtime;
  readonly #session: InferenceSession;

  constructor(ort: Runtime, session: InferenceSession) {
    this.#ort = ort;
    this.#session = session;
    this.inputs = session.inputMetadata.map((metadata) => inputInfo(metadata));
    this.outputs = session.outputMetadata.filter((metadata) => metadata.isTensor).map((metadata) => infoOf(metadata));
  }

  async run(feeds: Feeds, fetches: readonly string[]): Promise<Outputs> {
    const { Tensor } = this.#ort;
    const tensors: Record<string, OrtTensor> = {};
    for (const [name, { type, data, dims }] of Object.entries(feeds)) {
      tensors[name] = new Tensor(type as 'float32', data as Float32Array, dims);
    }
    try {
      const results = await this.#session.run(tensors, fetches as string[]);
      const outputs: Record<string, Outputs[string]> = {};
      for (const name of fetches) {
        const { type, dims, data } = results[name] as OrtTensor;
        outputs[name] = { type: type as TensorType, dims, data: data as TensorData };
      }
      return outputs;
    } catch (error) {
      throw new ScoringError('model.run_failed', `The model failed: ${messageOf(error)}`, {
        retryable: true,
        cause: error,
      });
    }
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}

function inputInfo(metadata: InferenceSession.ValueMetadata): TensorInfo {
  if (metadata.isTensor) return infoOf(metadata);
  throw new Error(`its input "${metadata.name}" is no tensor, and only tensors can be fed`);
}

function infoOf(metadata: InferenceSession.ValueMetadata): TensorInfo {
  if (!metadata.isTensor || !isTensorType(metadata.type)) {
    const type = metadata.isTensor ? metadata.type : 'no tensor';
    throw new Error(`"${metadata.name}" is of type ${type}, which cannot be passed here`);
  }
  return { name: metadata.name, type: metadata.type as TensorType, shape: metadata.shape };
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error)).split('\n')[0] as string;
