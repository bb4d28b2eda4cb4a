/** Short forms of the disasters that take a second host. */
import { expect, onTestFinished, test } from 'vitest';
import { lastScores } from '../../local/chaos/disasters/last-scores.ts';
import { twoHosts } from '../../local/chaos/disasters/two-hosts.ts';
import { startOwnTwin } from '../../local/chaos/own-twin.ts';
import { runDisaster } from '../../local/chaos/run-disaster.ts';

test.each([lastScores, twoHosts])('$name: $title', async (disaster) => {
  const twin = await startOwnTwin(disaster.twin);
  onTestFinished(() => twin.close());
  const figure = await runDisaster(disaster, twin, { seed: 1, size: disaster.short });
  process.stdout.write(`${JSON.stringify(figure)}\n`);
  expect(figure).toMatchObject({ sent: disaster.short.events, lost: 0, doubled: 0, waiting: 0, failures: [] });
});
