import { setTimeout as delay } from 'node:timers/promises';
import { goodEvents } from '../local/chaos/chaos-event.ts';
import { type OwnTwin, startOwnTwin } from '../local/chaos/own-twin.ts';
import { usageOf } from '../local/chaos/process-usage.ts';
import { Scene } from '../local/chaos/scene.ts';
import type { Figure } from './harness.ts';

const warmUpEvents = 5_000;
const events = 30_000;
const holdMs = 600_000;
const timeoutMs = 120_000;
const machines = 20;

/** Processor time of each part of the twin, in ms. */
type Parts = Readonly<Record<'broker' | 'cosmos' | 'storage' | 'host' | 'worker' | 'onnxRuntime', number>>;

/** The whole road of the twin, from the hub to readable documents, and which part of it costs what. */
export async function roadFigures(): Promise<Figure[]> {
  const twin = await startOwnTwin({ execArgv: ['--import', new URL('./road-worker.ts', import.meta.url).href] });
  try {
    const scene = await Scene.begin(twin, 1);
    try {
      await scene.send(goodEvents({ count: warmUpEvents, seed: 1, machines, prefix: 'warm-up' }));
      await scene.until(() => scene.areAllScored(), timeoutMs, 50);
      return await takeFigures(twin, scene);
    } finally {
      await scene.end();
    }
  } finally {
    await twin.close();
  }
}

async function takeFigures(twin: OwnTwin, scene: Scene): Promise<Figure[]> {
  await scene.control.delayDeliveries(holdMs);
  await scene.send(goodEvents({ count: events, seed: 2, machines, prefix: 'road' }));
  await scene.control.resetCounts();
  const before = await partsOf(twin);
  const started = performance.now();
  await scene.control.delayDeliveries(0);
  if (!(await scene.until(() => scene.areAllScored(), timeoutMs, 20))) throw new Error('The road is too long.');
  const elapsedMs = performance.now() - started;
  // The worker tells of ONNX Runtime ten times a second.
  await delay(300);
  const after = await partsOf(twin);
  const rate: Figure = {
    name: 'road',
    what: `events/s from the hub to readable documents: broker, host, worker, ONNX Runtime and Cosmos DB of the twin, ${events} events that wait`,
    unit: 'events',
    perSecond: (1000 * events) / elapsedMs,
  };
  return [rate, ...shareFigures(before, after)];
}

async function partsOf(twin: OwnTwin): Promise<Parts> {
  const { processorMs, cosmos } = await twin.control.counts();
  const [host] = await twin.control.hosts();
  const onnxRuntime = Number(/^onnx runtime (.*)$/.exec(lastLine(twin))?.[1] ?? 0);
  return {
    broker: processorMs.mainThread - cosmos.busyMs,
    cosmos: cosmos.busyMs,
    storage: processorMs.all - processorMs.mainThread,
    host: usageOf(host?.pid ?? 0)?.processorMs ?? Number.NaN,
    worker: (usageOf(host?.workerPid ?? 0)?.processorMs ?? Number.NaN) - onnxRuntime,
    onnxRuntime,
  };
}

const lastLine = ({ own }: OwnTwin): string =>
  own.log.findLast(({ message }) => message.startsWith('onnx runtime '))?.message ?? '';

const names: Readonly<Record<keyof Parts, string>> = {
  broker: 'broker: AMQP of Event Hubs, and of Cosmos DB what is HTTP',
  cosmos: 'Cosmos DB: reading, storing and answering requests',
  storage: 'blob storage: checkpoints',
  host: 'host: AMQP client, batches, checkpoints',
  worker: 'worker: decoding, documents, client of Cosmos DB',
  onnxRuntime: 'worker: ONNX Runtime',
};

/** What each part had of the processor time of all. */
function shareFigures(before: Parts, after: Parts): Figure[] {
  const spent = (Object.keys(names) as (keyof Parts)[]).map((part) => [part, after[part] - before[part]] as const);
  const all = spent.reduce((sum, [, ms]) => sum + ms, 0);
  return spent.map(([part, ms]) => ({
    name: `road.share.${part}`,
    what: `${names[part]}: share of the processor time of the road (${Math.round((1000 * ms) / events)} us an event)`,
    unit: '%',
    value: (100 * ms) / all,
  }));
}
