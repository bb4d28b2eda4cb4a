import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { QueueClient } from '@azure/storage-queue';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { checkFaultPlan, type FaultRule, noFaults } from '../../../local/faults/fault-plan.ts';
import {
  type BlobWritten,
  type StorageEmulator,
  startStorageEmulator,
} from '../../../local/storage/storage-emulator.ts';
import { storagePlaceOf } from '../../../local/storage/storage-traffic.ts';
import { eventually } from '../host/eventually.ts';

let storage: StorageEmulator;
let letters: ContainerClient;
let others: ContainerClient;
const written: BlobWritten[] = [];

/** Tries nothing twice. */
const impatient = { retryOptions: { maxTries: 1 } };

beforeAll(async () => {
  storage = await startStorageEmulator({ onBlobWritten: (blob) => written.push(blob) });
  const service = BlobServiceClient.fromConnectionString(storage.connectionString, impatient);
  [letters, others] = [service.getContainerClient('dead-letters'), service.getContainerClient('others')];
  await letters.create();
  await others.create();
});
afterAll(() => storage?.close());
afterEach(() => storage.control.useFaults(noFaults));

const wrong = (rule: Partial<FaultRule> & Pick<FaultRule, 'fault'>) =>
  storage.control.useFaults(checkFaultPlan({ seed: 1, rules: [{ service: 'blob', ...rule }] }));
const upload = (name: string, container = letters) => container.getBlockBlobClient(name).upload('text', 4);
const exists = (name: string) => letters.getBlobClient(name).exists();

test('503 ServerBusy, with nothing done, in one container alone', async () => {
  await wrong({ fault: { kind: 'throttle', retryAfterMs: [1_000, 1_000] }, container: 'dead-letters' });
  await expect(upload('busy')).rejects.toMatchObject({ statusCode: 503, code: 'ServerBusy' });
  expect((await upload('beside', others))._response.status).toBe(201);
  expect(await storage.control.faultCounts()).toEqual([{ kind: 'throttle', fitting: 1, struck: 1 }]);
  await storage.control.useFaults(noFaults);
  expect(await exists('busy')).toBe(false);
});

describe('a connection that is cut', () => {
  test.each<[FaultRule['fault']['kind'], boolean]>([
    ['reset', false],
    ['lost-answer', true],
    ['truncate', true],
  ])('%s: done is %s', async (kind, isDone) => {
    await wrong({ fault: { kind } as FaultRule['fault'], on: 'writes' });
    await expect(upload(kind)).rejects.toThrow();
    expect(await exists(kind)).toBe(isDone);
    // Event Grid announces what was written, whether or not the writer knows of it.
    if (isDone) await eventually(() => written.some(({ name }) => name === kind)).toBe(true);
    else expect(written.some(({ name }) => name === kind)).toBe(false);
  });

  test('a download that breaks off', async () => {
    await letters.getBlockBlobClient('large').upload('x'.repeat(100_000), 100_000);
    await wrong({ fault: { kind: 'truncate' }, on: 'reads', times: 1 });
    await expect(fetch(letters.getBlobClient('large').url).then((response) => response.text())).rejects.toThrow();
  });
});

test('a slow answer comes, late and whole', async () => {
  await wrong({ fault: { kind: 'slow', delayMs: [300, 300] }, times: 1 });
  const started = performance.now();
  const text = 'x'.repeat(200_000);
  await letters.getBlockBlobClient('slow').upload(text, text.length);
  expect(performance.now() - started).toBeGreaterThanOrEqual(299);
  expect((await letters.getBlobClient('slow').downloadToBuffer()).length).toBe(text.length);
});

test('a client with patience comes through a busy service', async () => {
  const service = BlobServiceClient.fromConnectionString(storage.connectionString, {
    retryOptions: { maxTries: 4, retryDelayInMs: 10 },
  });
  await wrong({ fault: { kind: 'throttle', retryAfterMs: [0, 0] }, times: 2 });
  await service.getContainerClient('dead-letters').getBlockBlobClient('patience').upload('text', 4);
  expect(await exists('patience')).toBe(true);
});

test.each(['cut', 'refuse'] as const)('dark (%s): nobody answers, and afterwards all is as before', async (how) => {
  await storage.control.goDark('blob', 300, how);
  await expect(upload(`dark-${how}`)).rejects.toMatchObject({ code: how === 'cut' ? 'ECONNRESET' : 'ECONNREFUSED' });
  const isLight = () =>
    upload(`light-${how}`).then(
      () => true,
      () => false,
    );
  await eventually(isLight).toBe(true);
  expect(await exists(`dark-${how}`)).toBe(false);
});

test('queues have faults of their own', async () => {
  const queue = new QueueClient(storage.connectionString, 'work', impatient);
  await queue.create();
  await storage.control.useFaults({
    seed: 1,
    rules: [{ service: 'queue', fault: { kind: 'status', status: 500 }, times: 1 }],
  });
  await expect(queue.sendMessage('a')).rejects.toMatchObject({ statusCode: 500 });
  expect((await upload('meanwhile'))._response.status).toBe(201);
  await queue.sendMessage('b');
  expect((await queue.receiveMessages({ numberOfMessages: 32 })).receivedMessageItems).toHaveLength(1);
});

test('requests are counted, in all and by where they go', async () => {
  const before = (await storage.control.traffic()).blob;
  await upload('counted');
  await exists('counted');
  const after = (await storage.control.traffic()).blob;
  expect([after.writes - before.writes, after.reads - before.reads]).toEqual([1, 1]);
  const [was, is] = [before, after].map(({ places }) => places['dead-letters']);
  expect([is!.writes - was!.writes, is!.reads - was!.reads]).toEqual([1, 1]);
});

test("requests to the host's own container are told apart by what it keeps there", () => {
  const host = '/account/azure-webjobs-eventhub/localhost/telemetry/scoring';
  expect(storagePlaceOf({ url: `${host}/checkpoint/3?comp=metadata` })).toBe('azure-webjobs-eventhub/checkpoint');
  expect(storagePlaceOf({ url: `${host}/ownership/0` })).toBe('azure-webjobs-eventhub/ownership');
  expect(storagePlaceOf({ url: '/account/azure-webjobs-eventhub?comp=list&prefix=x' })).toBe('azure-webjobs-eventhub');
  expect(storagePlaceOf({ url: '/account/results/model/checkpoint/1' })).toBe('results');
});
