import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Clock, processorMs } from './harness.ts';

/** What others score files with in Python, before and behind ONNX Runtime. */
export const pythonLibraries = ['polars', 'duckdb'] as const;
export type PythonLibrary = (typeof pythonLibraries)[number];

/** Scores files in a Python process that stays, so that both sides can take turns. */
export class PythonScoring {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;
  #processorMs = 0;

  /** @param python a Python with what training/requirements-bench.txt names; @param model path of the model */
  constructor(python: string, model: string) {
    const script = fileURLToPath(new URL('../training/bench_files.py', import.meta.url));
    const env = { ...process.env, POLARS_MAX_THREADS: '1' };
    this.#child = spawn(python, [script, model], { env });
    this.#child.stderr.pipe(process.stderr);
    this.#answers = createInterface(this.#child.stdout)[Symbol.asyncIterator]();
  }

  /**
   * Milliseconds on the processor, of this process and of Python together: whoever does not work takes none, and whoever
   * works with two threads takes both.
   */
  readonly clock: Clock = () => processorMs() + this.#processorMs;

  /** Scores a file from its bytes to the text of its scores. @returns how many rows it has */
  async score(library: PythonLibrary, path: string): Promise<number> {
    this.#child.stdin.write(`${library} ${path}\n`);
    const answer = await this.#answers.next();
    if (answer.done === true) throw new Error('Python has ended: see what it says above.');
    const done = JSON.parse(answer.value) as { rows: number; processorMs: number };
    this.#processorMs += done.processorMs;
    return done.rows;
  }

  async end(): Promise<void> {
    this.#child.stdin.end();
    if (this.#child.exitCode === null) await once(this.#child, 'exit');
  }
}
