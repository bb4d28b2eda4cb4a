import { type Comparison, compare, type Figure } from './harness.ts';
import { appOf } from './http-app.ts';
import { routedRegistry } from './models.ts';
import { sampleRecords } from './samples.ts';

/** `scoreRequest` from bytes to bytes, beside parsing and printing the same bodies. */
export async function httpFigures(benchModels: string): Promise<Figure[]> {
  const registry = routedRegistry(benchModels, 'mlp');
  const app = appOf(registry);
  const score = async (body: Buffer) => (await app('/models/mlp/score', body)).body as string;

  const sides = async (rows: number, atOnce: number): Promise<Pick<Comparison, 'work' | 'baseline'>> => {
    const records = sampleRecords(rows * atOnce);
    const bodies = Array.from({ length: atOnce }, (_, i) =>
      Buffer.from(JSON.stringify(records.slice(i * rows, (i + 1) * rows))),
    );
    const answers = (await Promise.all(bodies.map(score))).map((text) => JSON.parse(text));
    return {
      work: async () => {
        await Promise.all(bodies.map(score));
        return atOnce;
      },
      baseline: () => {
        for (const [i, body] of bodies.entries()) {
          JSON.parse(body.toString());
          Buffer.from(JSON.stringify(answers[i]));
        }
        return atOnce;
      },
    };
  };
  const figures = [
    await compare({
      name: 'http.request',
      what: 'calls/s of one row, 32 at once, from bytes to bytes, over JSON.parse and stringify of the same bodies',
      unit: 'calls',
      reach: 0.7,
      floor: 0.4,
      ...(await sides(1, 32)),
    }),
    await compare({
      name: 'http.request.alone',
      what: 'the same, one call after the other: each has a run of the model of its own',
      unit: 'calls',
      ...(await sides(1, 1)),
    }),
    await compare({
      name: 'http.request.rows',
      what: 'the same, 1,000 rows a call',
      unit: 'calls',
      reach: 0.7,
      floor: 0.4,
      ...(await sides(1_000, 1)),
    }),
  ];
  await registry.release();
  return figures;
}
