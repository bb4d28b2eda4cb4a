// A process of its own that tries a model: forked by model-probe.ts, which kills it when it takes too long.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { Outputs } from '../core/tensor.ts';
import type { Scorer } from '../scoring/ports.ts';
import { loadOnnxScorer } from './onnx-scorer.ts';
import type { ProbeAnswer, ProbeTask } from './probe-messages.ts';
import { type Watch, watch } from './probe-watchdog.ts';

if (isMainThread) process.once('message', (task) => answer(task as ProbeTask));
else {
  watch(workerData as Watch);
  parentPort?.postMessage('watching');
}

async function answer(task: ProbeTask): Promise<void> {
  try {
    await startWatchdog(task.watch);
    await tell({ at: 'loading' });
    const started = performance.now();
    const scorer = await loadOnnxScorer({ name: 'the model', path: task.path });
    const loadMs = performance.now() - started;
    const runs = [];
    for (const feeds of task.feeds) {
      await tell({ at: `run ${runs.length + 1} of ${task.feeds.length}` });
      runs.push(await run(scorer, feeds, task.outputBytesMax));
    }
    const { inputs, outputs } = scorer;
    await tell({ report: { inputs, outputs, loadMs, memoryBytes: process.resourceUsage().maxRSS * 1024, runs } });
  } catch (error) {
    await tell({ error: messageOf(error) });
  }
  process.exit();
}

/** The same file again, in a thread. */
function startWatchdog(watch: Watch): Promise<void> {
  const worker = new Worker(new URL(import.meta.url), { workerData: watch });
  return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
}

type Run = Extract<ProbeAnswer, { report: unknown }>['report']['runs'][number];

async function run(scorer: Scorer, feeds: ProbeTask['feeds'][number], bytesMax: number): Promise<Run> {
  try {
    const started = performance.now();
    const fetches = scorer.outputs.map(({ name }) => name);
    const outputs = await scorer.run(feeds, fetches);
    const durationMs = performance.now() - started;
    const bytes = bytesOf(outputs);
    return bytes > bytesMax ? { error: `its answer has ${bytes} bytes` } : { outputs, durationMs };
  } catch (error) {
    return { error: messageOf(error) };
  }
}

const bytesOf = (outputs: Outputs): number =>
  Object.values(outputs).reduce(
    (sum, { data }) =>
      sum + ('byteLength' in data ? data.byteLength : data.reduce((all, text) => all + text.length, 0)),
    0,
  );

const tell = (message: ProbeAnswer): Promise<void> =>
  new Promise((resolve) => process.send?.(message, () => resolve()));

/** What ONNX Runtime said, without what our own errors put around it. */
function messageOf(error: unknown): string {
  const { cause = error } = error as { cause?: unknown };
  return cause instanceof Error ? cause.message : String(cause);
}
