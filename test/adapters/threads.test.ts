import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { project } from '../docs/markdown.ts';

/** What a thread of the bundle says first, when it is told this. */
function firstMessage(name: string, workerData: object, told?: object): Promise<unknown> {
  const thread = new Worker(join(project, 'dist', 'threads', `${name}.js`), { workerData });
  if (told !== undefined) thread.postMessage(told);
  return new Promise((resolve, reject) => {
    thread.on('message', resolve);
    thread.on('error', reject);
    onTestFinished(async () => {
      // A thread that holds a model ends by itself: to end it from outside would be to risk the process.
      const exit = once(thread, 'exit');
      if (name === 'scorer') thread.postMessage({ kind: 'release' });
      else await thread.terminate();
      await exit;
    });
  });
}

test('the bundle has its threads, where those who begin them look', async () => {
  expect(existsSync(join(project, 'dist', 'chunks'))).toBe(true);
  const progress = new SharedArrayBuffer(4);
  expect(await firstMessage('parquet', { progress }, { kind: 'open', fileBytes: 100, wanted: [] })).toEqual({
    kind: 'read',
    ranges: [{ from: 0, to: 100 }],
  });
  const path = join(project, 'models', 'machine-failure', '1', 'scoring.onnx');
  expect(await firstMessage('scorer', { name: 'scoring.onnx', path })).toMatchObject({ kind: 'loaded' });
});
