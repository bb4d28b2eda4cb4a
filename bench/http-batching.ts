import type { ModelRegistry } from '../src/scoring/model-registry.ts';
import { RunQueue } from '../src/scoring/run-queue.ts';
import { compare, type Figure, processorMs } from './harness.ts';
import { appOf, type CallApp } from './http-app.ts';
import { registryOf } from './models.ts';
import { sampleRecords } from './samples.ts';

const model = 'gbt500x8';
const path = `/models/${model}/score`;

/** Calls of one row of a tree model, with runs that callers share over runs of their own. */
export async function batchingFigures(benchModels: string): Promise<Figure[]> {
  const [shared, apart] = [registryOf(benchModels), registryOf(benchModels)];
  await letRunApart(apart);
  const bodies = sampleRecords(32).map((record) => Buffer.from(JSON.stringify([record])));
  const figure = (name: string, what: string, atOnce: number, bounds: Pick<Figure, 'reach' | 'floor'>) => {
    const some = bodies.slice(0, atOnce);
    const calls = (app: CallApp) => async () => {
      await Promise.all(some.map((body) => app(path, body)));
      return atOnce;
    };
    return compare({
      name,
      what,
      unit: 'calls',
      clock: processorMs,
      ...bounds,
      work: calls(appOf(shared)),
      baseline: calls(appOf(apart)),
    });
  };
  const figures = [
    await figure(
      'http.batching',
      'calls/s of one row of 500 trees, 32 at once, whose runs are shared, over runs apart',
      32,
      {
        reach: 1.3,
        floor: 1.3,
      },
    ),
    await figure('http.batching.alone', 'the same, one call after the other', 1, { reach: 1, floor: 0.9 }),
  ];
  await shared.release();
  await apart.release();
  return figures;
}

/** Gives the model a queue whose callers never share a run. */
const letRunApart = (registry: ModelRegistry): Promise<void> =>
  registry.use(model, async (loaded) => {
    Object.assign(loaded, { queue: new RunQueue(loaded, { sharesRuns: false }) });
  });
