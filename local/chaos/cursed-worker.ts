/**
 * Loaded into a worker before the app (`--import`): a run of a model over a cursed value aborts the process or never ends.
 * That is what a broken model does to ONNX Runtime, and no model that comes with the project does it.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { cursedTorques } from './cursed-values.ts';

interface Tensor {
  readonly data: unknown;
}
interface SessionClass {
  readonly prototype: { run(feeds: Readonly<Record<string, Tensor>>, ...rest: unknown[]): Promise<unknown> };
}

// The app's own copy of the package: another one would be another class.
const require = createRequire(join(process.cwd(), 'package.json'));
const { InferenceSession } = require('onnxruntime-node') as { readonly InferenceSession: SessionClass };
const run = InferenceSession.prototype.run;

InferenceSession.prototype.run = function (this: unknown, feeds, ...rest) {
  const numbers = Object.values(feeds).flatMap(({ data }) => (data instanceof Float64Array ? [data] : []));
  if (numbers.some((values) => values.includes(cursedTorques.abort))) process.abort();
  while (numbers.some((values) => values.includes(cursedTorques.hang)));
  return run.call(this, feeds, ...rest);
};
