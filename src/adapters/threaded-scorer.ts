import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Code } from '../core/codes.ts';
import { ScoringError } from '../core/fault.ts';
import type { Feeds, Outputs, TensorInfo } from '../core/tensor.ts';
import type { LoadScorer, ModelFile, Scorer } from '../scoring/ports.ts';
import { loadOnnxScorer } from './onnx-scorer.ts';
import type { FromScorerThread, ScorerThreadData, ToScorerThread } from './scorer-messages.ts';
import { threadFile } from './thread-file.ts';

/** Loads a model where it is to run: one whose rows take long in a thread of its own. */
export const loadScorer: LoadScorer = (file, options) =>
  options?.isHeavy === true ? ThreadedScorer.load(file) : loadOnnxScorer(file);

/**
 * A model in a thread of its own: runs of ONNX Runtime hold the thread that they are called on. The thread is never ended
 * from outside, since that aborts the process when it happens in a run.
 */
class ThreadedScorer implements Scorer {
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  readonly #file: ScorerThreadData;
  /** undefined once it died: the next run begins another. */
  #thread: ScorerThread | undefined;

  private constructor(file: ScorerThreadData, thread: ScorerThread, loaded: Pick<Scorer, 'inputs' | 'outputs'>) {
    this.#file = file;
    this.#thread = thread;
    this.inputs = loaded.inputs;
    this.outputs = loaded.outputs;
  }

  /** @throws {ScoringError} `model.not_ready` */
  static async load({ name, path }: Pick<ModelFile, 'name' | 'path'>): Promise<Scorer> {
    const file = { name, path };
    const { thread, loaded } = await begun(file);
    return new ThreadedScorer(file, thread, loaded);
  }

  async run(feeds: Feeds, fetches: readonly string[]): Promise<Outputs> {
    this.#thread ??= (await begun(this.#file)).thread;
    const answer = await this.#thread.ask({ kind: 'run', feeds, fetches });
    if (answer?.kind === 'outputs') return answer.outputs;
    if (answer === undefined) this.#thread = undefined;
    throw failure('model.run_failed', answer?.kind === 'failed' ? answer.message : 'The thread of the model died.');
  }

  async release(): Promise<void> {
    await this.#thread?.end();
    this.#thread = undefined;
  }
}

async function begun(file: ScorerThreadData) {
  // Here, since a thread's changes of its environment do not reach the native library.
  process.env.ORT_DISABLE_TELEMETRY = '1';
  const thread = new ScorerThread(file);
  const loaded = await thread.answer();
  if (loaded?.kind === 'loaded') return { thread, loaded };
  throw failure('model.not_ready', loaded?.kind === 'failed' ? loaded.message : `${file.name}: its thread died`);
}

const failure = (code: Code, message: string) => new ScoringError(code, message, { retryable: true });

class ScorerThread {
  readonly #worker: Worker;
  #take: (message: FromScorerThread | undefined) => void = () => {};
  #hasEnded = false;

  constructor(workerData: ScorerThreadData) {
    this.#worker = new Worker(threadFile('scorer'), { workerData, execArgv: [] });
    this.#worker.on('message', (message: FromScorerThread) => this.#take(message));
    // What it died of is said by its exit.
    this.#worker.on('error', () => {});
    this.#worker.on('exit', () => {
      this.#hasEnded = true;
      this.#take(undefined);
    });
    // A model in memory is no reason for the process to stay.
    this.#worker.unref();
  }

  /** What it says next; undefined when it died. */
  answer(): Promise<FromScorerThread | undefined> {
    if (this.#hasEnded) return Promise.resolve(undefined);
    this.#worker.ref();
    return new Promise((resolve) => {
      this.#take = (message) => {
        this.#worker.unref();
        resolve(message);
      };
    });
  }

  ask(message: ToScorerThread): Promise<FromScorerThread | undefined> {
    const answer = this.answer();
    this.#worker.postMessage(message);
    return answer;
  }

  async end(): Promise<void> {
    if (this.#hasEnded) return;
    const exit = once(this.#worker, 'exit');
    this.#worker.ref();
    this.#worker.postMessage({ kind: 'release' } satisfies ToScorerThread);
    await exit;
  }
}
