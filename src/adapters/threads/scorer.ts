/** A thread that holds one model and runs it: whoever feeds it stays awake. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Outputs } from '../../core/tensor.ts';
import { loadOnnxScorer } from '../onnx-scorer.ts';
import type { FromScorerThread, ScorerThreadData, ToScorerThread } from '../scorer-messages.ts';

const port = parentPort!;
const say = (message: FromScorerThread, transferred: readonly ArrayBuffer[] = []) =>
  port.postMessage(message, transferred);

/** The memory of tensors goes to the other thread, and is not copied; texts have none. */
const memoryOf = (outputs: Outputs): ArrayBuffer[] => [
  ...new Set(
    Object.values(outputs).flatMap(({ data }) => (ArrayBuffer.isView(data) ? [data.buffer as ArrayBuffer] : [])),
  ),
];

async function begin(): Promise<void> {
  const scorer = await loadOnnxScorer(workerData as ScorerThreadData);
  port.on('message', async (message: ToScorerThread) => {
    if (message.kind === 'release') {
      await scorer.release();
      // Nothing is left to wait for: the thread ends by itself, which is safe, while ending it from outside is not.
      port.close();
      return;
    }
    try {
      const outputs = await scorer.run(message.feeds, message.fetches);
      say({ kind: 'outputs', outputs }, memoryOf(outputs));
    } catch (error) {
      say({ kind: 'failed', message: (error as Error).message });
    }
  });
  say({ kind: 'loaded', inputs: scorer.inputs, outputs: scorer.outputs });
}

begin().catch((error: unknown) => {
  say({ kind: 'failed', message: (error as Error).message });
  port.close();
});
