import { type ChildProcess, fork } from 'node:child_process';
import { dirname } from 'node:path';
import type { Fault } from '../core/fault.ts';
import type { ProbeLimits, ProbeModel, ProbeReport } from '../scoring/import/import-ports.ts';
import type { ProbeAnswer, ProbeTask } from './probe-messages.ts';
import { memoryWord } from './probe-watchdog.ts';

/** Tensors of one answer. */
const outputBytesMax = 64 << 20;
/** How much longer than its parent's patience a process lives whose parent is gone. */
const orphanMs = 1_000;
/** Of what the process and ONNX Runtime say. */
const charactersMax = 400;

/**
 * Tries models in a process of their own, which is killed at a limit: an endless loop inside a model cannot be stopped
 * in any other way.
 * @param child the file `model-probe-child.ts`, or what a bundler made of it
 */
export const modelProbe =
  (child: URL): ProbeModel =>
  async (path, feeds, limits) => {
    const { timeoutMs, memoryBytesMax } = limits;
    const watch = { memoryBytesMax, lifetimeMs: timeoutMs + orphanMs };
    const ended = await runChild(child, { path, feeds, outputBytesMax, watch }, timeoutMs);
    return readAnswer(ended, limits);
  };

/** How the process ended, and what it said until then. */
interface Ended {
  readonly answer: ProbeAnswer | undefined;
  readonly isLate: boolean;
  readonly stderr: string;
  readonly exit: string;
}

function runChild(child: URL, task: ProbeTask, timeoutMs: number): Promise<Ended> {
  // Nothing of this process goes along: no environment, no flags of a debugger, no standard output.
  const process = fork(child, [], {
    cwd: dirname(task.path),
    env: {},
    execArgv: ['--disable-warning=ExperimentalWarning'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    let answer: ProbeAnswer | undefined;
    let isLate = false;
    let stderr = '';
    const timer = setTimeout(() => {
      isLate = true;
      process.kill('SIGKILL');
    }, timeoutMs);
    process.on('message', (message) => {
      answer = message as ProbeAnswer;
    });
    process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-charactersMax);
    });
    process.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    process.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ answer, isLate, stderr, exit: signal ?? `exit code ${code}` });
    });
    send(process, task);
  });
}

/** A process that dies at once takes the channel with it: what matters is then said by its end. */
function send(process: ChildProcess, task: ProbeTask): void {
  process.send(task, () => {});
}

function readAnswer({ answer, isLate, stderr, exit }: Ended, limits: ProbeLimits): ProbeReport | Fault {
  if (answer !== undefined && 'report' in answer) {
    const runs = answer.report.runs.map((run) => ('error' in run ? refused(`a model that runs`, run.error) : run));
    return { ...answer.report, runs };
  }
  if (answer !== undefined && 'error' in answer) return refused('a model that ONNX Runtime can load', answer.error);
  const at = answer === undefined ? 'starting' : answer.at;
  if (isLate)
    return refused(`a model that answers within ${Math.round(limits.timeoutMs / 100) / 10} s`, `more, at ${at}`);
  if (stderr.includes(memoryWord)) {
    const megabytes = Math.round(limits.memoryBytesMax / 2 ** 20);
    return refused(`a model that is content with ${megabytes} MB of memory`, `more, at ${at}`);
  }
  return refused('a model that leaves its process alive', `${exit} at ${at} ${stderr}`.trimEnd());
}

const refused = (expected: string, got: string): Fault => ({
  code: 'model.unsupported',
  path: '',
  expected,
  got: got.replace(noise, '').split('\n')[0]!.slice(0, charactersMax),
});

/** Where in its own source ONNX Runtime noticed something (`/a/b.cc:360 void* Name::Of(Function) `), and where a lent file lay. */
const noise = /\/\S+\.(?:cc|h):\d+ .*?[)>] (?=[A-Z])|Load model from .*? failed: ?/g;
