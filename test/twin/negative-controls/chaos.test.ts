/** A harness that never sees a loss says nothing: the app without its retry policy must lose events, id by id. */
import { expect, onTestFinished, test } from 'vitest';
import { workerKills } from '../../../local/chaos/disasters/kills.ts';
import { startOwnTwin } from '../../../local/chaos/own-twin.ts';
import { runDisaster } from '../../../local/chaos/run-disaster.ts';

test('our own app, without its retry policy, loses what a killed worker had in flight, and the harness says so', async () => {
  const preload = new URL('./without-retries.mjs', import.meta.url).href;
  const twin = await startOwnTwin({ execArgv: ['--import', preload] });
  onTestFinished(() => twin.close());
  const figure = await runDisaster(workerKills, twin, { seed: 1, size: { events: 3_000, dose: 2 } });
  process.stdout.write(`${JSON.stringify(figure)}\n`);
  expect(figure.killsInFlight).toBeGreaterThan(0);
  expect(figure.lost).toBeGreaterThan(0);
  expect(figure.documents).toBe(figure.sent - figure.lost);
  expect(figure.holds).toBe(false);
});
