import { expect, test } from 'vitest';
import { until } from '../../local/demo/demo-events.ts';
import { readings } from '../scoring/bundled-model.ts';
import { useTwin } from './twin-fixture.ts';

// An app that was never told where its database is.
const twin = useTwin({ settings: { SLUICE_COSMOS: '' } });

test('records whose sink is out of reach are tried again, then parked with their bodies, and the stream goes on', async () => {
  const { producer, sideTracked, log, twin: running } = twin();
  const bodies = readings(20).map((reading) => JSON.stringify(reading));
  const send = (some: readonly string[]) =>
    producer.sendBatch(
      some.map((body) => ({ body: Buffer.from(body) })),
      { partitionId: '0' },
    );
  await send(bodies.slice(0, 10));
  await until('ten parked records', async () => (await sideTracked('parked')).size === 10, 80_000, 500);
  const parked = [...(await sideTracked('parked'))];
  for (const [path] of parked) expect(path).toMatch(/^\d{4}-\d\d-\d\d\/telemetry~0~\d+~\w+~telemetry\.json$/);
  const records = parked.map(
    ([, text]) => JSON.parse(text) as { body: string; waitsFor: string; error: { code: string } },
  );
  expect(records.map(({ body }) => body)).toEqual(bodies.slice(0, 10));
  expect(records[0]).toMatchObject({ waitsFor: 'cosmos', error: { code: 'settings.missing' } });
  expect((await sideTracked('deadLetters')).size).toBe(0);

  const receipts = log
    .filter(({ message }) => message.startsWith('receipt '))
    .map(({ message }) => JSON.parse(message.slice('receipt '.length)));
  expect(receipts).toMatchObject([{ received: 10, scored: 0, rejected: 0, parked: 10, skipped: 0 }]);
  const status = await fetch(`${running.url}/status`);
  expect(status.status).toBe(503);
  expect(await status.text()).toContain('SLUICE_COSMOS is missing');
});
