/** Loaded into a worker before the app (`--import`): tells now and then how long ONNX Runtime has run in it. */
import { createRequire } from 'node:module';
import { join } from 'node:path';

type NativeSession = new (...args: unknown[]) => { run(...args: unknown[]): unknown };

// The app's own copy of the package, and in it the native class: its run holds the thread from beginning to end, whereas
// the promise around it also waits for whatever comes between.
const require = createRequire(join(process.cwd(), 'package.json'));
const { binding } = require('onnxruntime-node/dist/binding.js') as {
  readonly binding: { InferenceSession: NativeSession };
};
let runMs = 0;

binding.InferenceSession = class extends binding.InferenceSession {
  override run(...args: unknown[]): unknown {
    const started = performance.now();
    try {
      return super.run(...args);
    } finally {
      // By the clock: the system tells a thread's processor time in steps that are longer than a run.
      runMs += performance.now() - started;
    }
  }
};

setInterval(() => process.stderr.write(`onnx runtime ${runMs}\n`), 100).unref();
