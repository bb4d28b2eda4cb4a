import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { hostControl } from '../../../local/control/twin-control.ts';
import type { ProcessEnd } from '../../../local/host/process-end.ts';
import { SupervisedHost } from '../../../local/host/supervised-host.ts';
import { type StorageEmulator, startStorageEmulator } from '../../../local/storage/storage-emulator.ts';
import { startStream } from './event-stream.ts';
import { eventually } from './eventually.ts';
import { fixtureFolder, isAlive, newRecords } from './fixture-host.ts';

let storage: StorageEmulator;
beforeAll(async () => {
  storage = await startStorageEmulator();
});
afterAll(() => storage.close());

const quickOwnership = {
  extensions__eventHubs__partitionOwnershipExpirationInterval: '00:00:01',
  extensions__eventHubs__loadBalancingUpdateInterval: '00:00:00.5',
};

/** A host with a function that takes 1.5 s for a batch with the word "slow" and repeats what fails. */
async function startReceiving() {
  const stream = await startStream(storage, 1);
  const records = newRecords();
  const ends: ProcessEnd[] = [];
  const host = new SupervisedHost({
    appFolder: fixtureFolder('events'),
    settings: { ...stream.settings, RETRIES: '-1', RECORD_FILE: records.file },
    hostOverrides: quickOwnership,
    isSupervised: true,
    onEnd: (end) => ends.push(end),
  });
  onTestFinished(() => host.close());
  await host.start();
  const control = hostControl([host], () => Promise.reject(new Error('no more hosts here')));
  const begun = () => records.read<{ begun?: string[] }>().flatMap((line) => line.begun ?? []);
  const done = () => records.read<{ done?: string[] }>().flatMap((line) => line.done ?? []);
  return { stream, host, control, ends, begun, done };
}

test('a worker killed in an invocation: one in flight, one cut, and the counts go on over the next worker', async () => {
  const { stream, host, control, begun, done } = await startReceiving();
  await stream.send('0', ['slow']);
  await eventually(() => [begun().length, host.invocations.running]).toEqual([1, 1]);
  const kill = await control.kill('worker', 'SIGKILL');
  expect(kill).toMatchObject({ victim: 'worker', inFlight: 1, cut: 1 });
  expect(isAlive(kill.pid)).toBe(false);
  await eventually(() => done().length).toBe(1);
  await eventually(() => host.invocations.counts).toEqual({ started: 2, succeeded: 1, failed: 0, cut: 1 });
  expect(control.hosts()).toMatchObject([{ isUp: true, starts: 1, running: 0 }]);
});

test('a host killed in an invocation is started again at its port and does the work once more', async () => {
  const { stream, host, control, ends, begun, done } = await startReceiving();
  const { url } = host.current;
  await stream.send('0', ['slow']);
  await eventually(() => [begun().length, host.invocations.running]).toEqual([1, 1]);
  expect(await control.kill('host', 'SIGKILL')).toMatchObject({ victim: 'host', inFlight: 1, cut: 1 });
  await eventually(() => host.starts).toBe(2);
  expect([host.current.url, ends.length, ends[0]?.signal]).toEqual([url, 1, 'SIGKILL']);
  await eventually(() => done().length).toBeGreaterThanOrEqual(1);
});

test('a host told to end lets the invocation end first', async () => {
  const { stream, host, control, ends, done } = await startReceiving();
  await stream.send('0', ['slow']);
  await eventually(() => host.invocations.running).toBe(1);
  expect(await control.kill('host', 'SIGTERM')).toMatchObject({ inFlight: 1, cut: 0 });
  expect([done().length, ends[0]?.code]).toEqual([1, 0]);
});

test('an idle worker that is killed had nothing in flight', async () => {
  const { control } = await startReceiving();
  expect(await control.kill('worker', 'SIGKILL')).toMatchObject({ inFlight: 0, cut: 0 });
  await expect(control.kill('worker', 'SIGKILL')).resolves.toMatchObject({ inFlight: 0 });
});

test('a host that is closed is not started again, and there is only the one', async () => {
  const { host, control, ends } = await startReceiving();
  await host.close();
  expect([host.isUp, host.starts, ends]).toEqual([false, 1, []]);
  await expect(async () => control.kill('host', 'SIGKILL', 1)).rejects.toThrow('There is no host 1');
});
