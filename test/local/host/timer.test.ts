import { ContainerClient } from '@azure/storage-blob';
import { expect, onTestFinished, test } from 'vitest';
import { hostIdOf } from '../../../local/host/host-id.ts';
import { startStorageEmulator } from '../../../local/storage/storage-emulator.ts';
import { eventually } from './eventually.ts';
import { fixtureFolder, startFixture } from './fixture-host.ts';

interface Tick {
  readonly timer: { readonly isPastDue: boolean; readonly scheduleStatus: { readonly last: string } | null };
  readonly retryCount: number;
}

const app = fixtureFolder('timers');
const never = '0 0 0 1 1 *';

async function startStorage() {
  const storage = await startStorageEmulator();
  onTestFinished(() => storage.close());
  return storage;
}

test('a time span runs the function again and again', async () => {
  const { records } = await startFixture(app, { settings: { TICK_SCHEDULE: '00:00:01' } });
  await eventually(() => records.read()).toHaveLength(2);
  expect(records.read<Tick>()[0]?.timer).toEqual({
    schedule: { adjustForDST: true },
    scheduleStatus: null,
    isPastDue: false,
  });
});

test('a cron expression runs the function at its seconds', async () => {
  const { records } = await startFixture(app, { settings: { TICK_SCHEDULE: '*/1 * * * * *' } });
  await eventually(() => records.read()).toHaveLength(2);
});

test('runOnStartup runs it at once, and so does a call to /admin', async () => {
  const storage = await startStorage();
  const settings = { TICK_SCHEDULE: never, TICK_ON_STARTUP: 'yes', AzureWebJobsStorage: storage.connectionString };
  const { url, records } = await startFixture(app, { settings });
  await eventually(() => records.read()).toHaveLength(1);
  expect((await fetch(`${url}/admin/functions/Tick`, { method: 'POST', body: '{}' })).status).toBe(202);
  await eventually(() => records.read()).toHaveLength(2);
  expect((await fetch(`${url}/admin/functions/unknown`, { method: 'POST' })).status).toBe(404);
});

test('a run that was missed while no host was there is made up for, and said to be past due', async () => {
  const storage = await startStorage();
  const settings = { TICK_SCHEDULE: never, AzureWebJobsStorage: storage.connectionString };
  const container = new ContainerClient(storage.connectionString, 'azure-webjobs-hosts');
  await container.create();
  const blob = container.getBlockBlobClient(`timers/${hostIdOf(app)}/Host.Functions.tick/status`);
  const missed = JSON.stringify({ Last: '2026-01-01T00:00:00+00:00', Next: '2026-01-02T00:00:00+00:00' });
  await blob.upload(missed, missed.length);

  const first = await startFixture(app, { settings });
  await eventually(() => first.records.read<Tick>()[0]?.timer).toMatchObject({
    isPastDue: true,
    scheduleStatus: { last: '2026-01-01T00:00:00+00:00' },
  });
  await eventually(async () => (await blob.downloadToBuffer()).toString()).not.toBe(missed);
  await first.drain();

  const second = await startFixture(app, { settings });
  expect((await fetch(`${second.url}/admin/host/ping`)).status).toBe(200);
  expect(second.records.read()).toEqual([]);
});

test('a timer function is repeated by its retry policy', async () => {
  const storage = await startStorage();
  const { records } = await startFixture(app, {
    settings: {
      TICK_SCHEDULE: never,
      TICK_ON_STARTUP: 'yes',
      TICK_FAILURES: '5',
      AzureWebJobsStorage: storage.connectionString,
    },
  });
  await eventually(() => records.read<Tick>().map(({ retryCount }) => retryCount)).toEqual([0, 1, 2]);
});

test('a schedule that cannot be used is an error at the start', async () => {
  await expect(startFixture(app, { settings: { TICK_SCHEDULE: 'hourly' } })).rejects.toThrow(
    /Function tick: its schedule "hourly" cannot be used/,
  );
});

test('the id of a host is the same for the same folder, and short', () => {
  expect(hostIdOf('/a')).toBe(hostIdOf('/a'));
  expect(hostIdOf('/a')).not.toBe(hostIdOf('/b'));
  expect(hostIdOf('/a').length).toBeLessThanOrEqual(32);
});
