import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CosmosClient } from '@azure/cosmos';
import { EventHubProducerClient } from '@azure/event-hubs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '../../local/demo/demo-events.ts';
import { makeFleet } from '../../local/devices/fleet.ts';
import { startHost } from '../../local/host/start-host.ts';
import { sendEvents } from '../../src/cli/event-sender.ts';
import type { TwinAddress } from '../../src/cli/twin-file.ts';
import { connections } from '../../src/core/resources.ts';
import { project } from '../docs/markdown.ts';

let folder: string;
const started: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-start-'));
});
afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGINT');
    await ended;
  }
  await rm(folder, { recursive: true, force: true });
});

interface Started {
  readonly child: ChildProcess;
  /** Everything printed so far. */
  text(): string;
  readonly ended: Promise<number | null>;
}

/** `npm start` without npm: the same script, with its data in a folder of its own. */
function start(...args: string[]): Started {
  const env = { ...process.env, SLUICE_TWIN_FOLDER: folder };
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(project, 'local/main.ts'), ...args],
    { env },
  );
  started.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      text += data;
    });
  }
  return { child, text: () => text, ended: new Promise((resolve) => child.once('exit', resolve)) };
}

const isUp = (twin: Started) => until('the twin to be up', () => twin.text().includes('Ctrl-C ends it'), 60_000);
const address = async (): Promise<TwinAddress> => JSON.parse(await readFile(join(folder, 'twin.json'), 'utf8'));

async function countDocuments(connection: string): Promise<number> {
  const client = new CosmosClient(connection);
  try {
    const container = client.database('scoring').container('predictions');
    return (await container.items.query<number>('SELECT VALUE COUNT(1) FROM c').fetchAll()).resources[0] ?? 0;
  } finally {
    client.dispose();
  }
}

async function sendReadings(connection: string, count: number, seed: number): Promise<void> {
  const producer = new EventHubProducerClient(connection, 'telemetry');
  const events = makeFleet({ machines: 5, seed, eventsPerSecond: 1_000 }).take(count);
  await sendEvents(
    producer,
    events.map(({ event, partitionKey }) => ({ body: event.body, key: partitionKey })),
  );
  await producer.close();
}

test('Ctrl-C drains it; what it held is there again, and the stream goes on where it was', async () => {
  const first = start('--no-demo', '--port', '17071');
  await isUp(first);
  await sendReadings((await address()).connections.events, 100, 1);
  await until(
    '100 documents',
    async () => (await countDocuments((await address()).connections.cosmos)) === 100,
    30_000,
  );
  first.child.kill('SIGINT');
  expect(await first.ended).toBe(0);
  await expect(address()).rejects.toThrow('ENOENT');

  const second = start('--no-demo', '--port', '17071');
  await isUp(second);
  const { connections: to } = await address();
  expect(await countDocuments(to.cosmos)).toBe(100);
  await sendReadings(to.events, 50, 2);
  await until('50 more', async () => (await countDocuments(to.cosmos)) === 150, 30_000);
});

test('a taken port is no obstacle, a second twin in one folder is refused with a word', async () => {
  const blocker: Server = createServer();
  await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
  const { port } = blocker.address() as { port: number };
  try {
    const twin = start('--no-demo', '--port', String(port));
    await isUp(twin);
    const { url } = await address();
    expect(url).not.toBe(`http://127.0.0.1:${port}`);
    expect((await fetch(`${url}/status`)).status).toBe(200);
    const other = start('--no-demo');
    expect(await other.ended).toBe(3);
    expect(other.text()).toContain(`The twin runs already: ${url}`);
  } finally {
    blocker.close();
  }
});

test.each([
  [['--onse'], /--onse[\s\S]*npm start -- \[options\]/],
  [['--port', 'web'], /--port is a whole number above 0/],
  [['--profile', 'fast'], /--profile is economy or latency, not fast/],
])('%j is answered with the options there are', async (args, message) => {
  const twin = start(...args);
  expect(await twin.ended).toBe(2);
  expect(twin.text()).toMatch(message);
});

test('a host whose services do not answer says which, where and what to do', async () => {
  const nobody = '127.0.0.1:9';
  const storage = `DefaultEndpointsProtocol=http;AccountName=a;AccountKey=eA==;BlobEndpoint=http://${nobody}/a;QueueEndpoint=http://${nobody}/a;`;
  const settings = {
    AzureWebJobsStorage: storage,
    [connections.storage]: storage,
    [connections.events]: `Endpoint=sb://${nobody};SharedAccessKeyName=x;SharedAccessKey=eA==;UseDevelopmentEmulator=true;`,
    [connections.cosmos]: `AccountEndpoint=http://${nobody}/;AccountKey=eA==;`,
  };
  const error = await startHost({ appFolder: project, settings }).then(
    () => undefined,
    (reason: Error) => reason,
  );
  process.stdout.write(`${error?.message}\n`);
  expect(error?.message).toMatch(/127\.0\.0\.1:9/);
  expect(error?.message).toMatch(/storage|queue|blob|Event Hubs/i);
  expect(error?.message.split('\n')).toHaveLength(1);
});
