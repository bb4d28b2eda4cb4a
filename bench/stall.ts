import { readJsonRows } from '../src/core/batch/json-rows.ts';
import type { LoadedModel } from '../src/scoring/loaded-model.ts';
import { scoreBatch } from '../src/scoring/score-batch.ts';
import type { Figure } from './harness.ts';
import { median } from './harness.ts';
import { routedRegistry } from './models.ts';
import { sampleRecords } from './samples.ts';

const rows = 20_000;
const rounds = 5;

/** How long the event loop stands still at most while a heavy model scores many rows. */
export async function stallFigures(benchModels: string): Promise<Figure[]> {
  const registry = routedRegistry(benchModels, 'gbt500x8');
  const figures = await registry.use('gbt500x8', measure);
  await registry.release();
  return figures;
}

async function measure(model: LoadedModel): Promise<Figure[]> {
  const { batch } = readJsonRows(model.layout, model.appendJsonRow, sampleRecords(rows));
  const stalls: number[] = [];
  const rates: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const watch = watchLoop();
    const started = performance.now();
    await scoreBatch(model, batch);
    rates.push((1000 * rows) / (performance.now() - started));
    stalls.push(watch.stop());
  }
  return [
    {
      name: 'loop.stall',
      what: `worst stall of the event loop while ${rows.toLocaleString('en-US')} rows are scored by 500 trees of depth 8`,
      unit: 'ms',
      value: Math.max(...stalls),
      perSecond: median(rates),
      ceiling: 20,
    },
  ];
}

/** Measures the longest time between two turns of the event loop. */
function watchLoop(): { stop(): number } {
  let worst = 0;
  let last = performance.now();
  let isStopped = false;
  const turn = () => {
    const now = performance.now();
    worst = Math.max(worst, now - last);
    last = now;
    if (!isStopped) setTimeout(turn, 0);
  };
  setTimeout(turn, 0);
  return {
    stop() {
      isStopped = true;
      return worst;
    },
  };
}
