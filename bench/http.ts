import { type Comparison, compare, type Figure, processorMs } from './harness.ts';
import { appOf, type CallApp } from './http-app.ts';
import { routedRegistry } from './models.ts';
import { sampleRecords } from './samples.ts';

const scorePath = '/models/mlp/score';
const manyRows = 1_000;

/** `scoreRequest` from bytes to bytes, beside parsing and printing the same bodies; seconds are those of the processor. */
export async function httpFigures(benchModels: string): Promise<Figure[]> {
  const registry = routedRegistry(benchModels, 'mlp');
  const app = appOf(registry);
  const records = sampleRecords(manyRows);
  const lists = { instances: records.map(({ deviceId: _, ...values }) => Object.values(values)) };
  const single = records.slice(0, 32).map((record) => [record]);
  const figures = [
    await compare({
      name: 'http.request',
      what: 'calls/s of one row, 32 at once, from bytes to bytes, over JSON.parse and stringify of the same bodies',
      unit: 'calls',
      clock: processorMs,
      reach: 0.7,
      floor: 0.4,
      ...(await sides(app, scorePath, single, 1)),
    }),
    await compare({
      name: 'http.request.alone',
      what: 'the same, one call after the other: each has a run of the model of its own',
      unit: 'calls',
      clock: processorMs,
      ...(await sides(app, scorePath, single.slice(0, 1), 1)),
    }),
    await compare({
      name: 'http.request.rows',
      what: 'rows/s of calls of 1,000 rows x 20 as objects, over JSON.parse and stringify of the same bodies',
      unit: 'rows',
      clock: processorMs,
      reach: 0.7,
      floor: 0.4,
      ...(await sides(app, scorePath, [records], manyRows)),
    }),
    await compare({
      name: 'http.request.lists',
      what: 'the same as lists of values, as clients of KServe, MLflow and Azure ML send them',
      unit: 'rows',
      clock: processorMs,
      reach: 0.7,
      floor: 0.4,
      ...(await sides(app, '/v1/models/mlp:predict', [lists], manyRows)),
    }),
  ];
  await registry.release();
  return figures;
}

/** Calls with these values as bodies, all at once. @param units of work in each of them */
async function sides(
  app: CallApp,
  path: string,
  values: readonly unknown[],
  units: number,
): Promise<Pick<Comparison, 'work' | 'baseline'>> {
  const bodies = values.map((value) => Buffer.from(JSON.stringify(value)));
  const answers = await Promise.all(bodies.map((body) => answerOf(app, path, body)));
  return {
    work: async () => {
      await Promise.all(bodies.map((body) => app(path, body)));
      return units * bodies.length;
    },
    baseline: () => {
      for (const [i, body] of bodies.entries()) {
        JSON.parse(body.toString());
        Buffer.from(JSON.stringify(answers[i]));
      }
      return units * bodies.length;
    },
  };
}

async function answerOf(app: CallApp, path: string, body: Uint8Array): Promise<unknown> {
  const { status, body: text } = await app(path, body);
  if (status !== 200) throw new Error(String(text));
  return JSON.parse(String(text));
}
