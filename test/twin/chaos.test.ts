/** Short forms of the disasters that any twin can bear, one after the other on one twin. `npm run chaos` has the long ones. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { disasters } from '../../local/chaos/disaster-list.ts';
import { type OwnTwin, startOwnTwin } from '../../local/chaos/own-twin.ts';
import { runDisaster } from '../../local/chaos/run-disaster.ts';

let twin: OwnTwin;
beforeAll(async () => {
  twin = await startOwnTwin();
});
afterAll(() => twin?.close());

/** After these the ledger is held against the account, too. */
const reconciled = new Set(['D1', 'D6']);

/**
 * Those that take seconds and protect different things; the others are variations or take a twin of their own. Each reads all
 * that the twin holds, some again and again: these come first, and those that leave much behind last.
 */
const names = [
  ...['D8', 'D9', 'D7', 'D14', 'D15', 'partition-full', 'D10', 'D6'],
  ...['D4', 'D11', 'D13', 'D12', 'D12-refused', 'D2', 'D3', 'D1'],
];

test.each(names.map((name, i) => [name, i] as const))('%s', async (name, i) => {
  const disaster = disasters.find((each) => each.name === name)!;
  const figure = await runDisaster(disaster, twin, {
    seed: 1_000 + i,
    size: disaster.short,
    isReconciled: reconciled.has(name),
  });
  process.stdout.write(`${JSON.stringify(figure)}\n`);
  expect(figure).toMatchObject({ lost: 0, doubled: 0, waiting: 0, failures: [] });
  expect(figure.sent).toBeGreaterThan(0);
  if (figure.kills !== undefined) expect(figure.killsInFlight).toBeGreaterThan(0);
});
