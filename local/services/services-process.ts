/**
 * The twin's services in a process of their own, so that host and worker can be killed without them: blob and queue
 * storage, Event Hubs, Cosmos DB, and Event Grid between storage and queue.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { containers, eventHubs, queues } from '../../src/core/resources.ts';
import { answerCall } from '../control/remote-calls.ts';
import { type CosmosServer, startCosmosServer } from '../cosmos/cosmos-server.ts';
import { BlobCreatedTopic } from '../event-grid/blob-created-topic.ts';
import { type Broker, startBroker } from '../event-hubs/broker.ts';
import { type StorageEmulator, startStorageEmulator } from '../storage/storage-emulator.ts';
import { wantedOrAny } from './free-port.ts';
import { serviceControl } from './service-control.ts';
import type { FromServices, ServicesOptions, ToServices } from './start-services.ts';

interface Running {
  readonly storage: StorageEmulator;
  readonly cosmos: CosmosServer;
  readonly broker: Broker;
  readonly topic: BlobCreatedTopic;
}

/** Of hubs that only the routes name. */
const otherPartitions = 4;

const report = (message: FromServices) => process.send?.(message);

async function start({ folder, ports, hubs: others = [] }: ServicesOptions): Promise<Running> {
  const place = (name: string) => (folder === undefined ? {} : { folder: join(folder, name) });
  for (const name of folder === undefined ? [] : ['storage', 'event-hubs'])
    mkdirSync(join(folder ?? '', name), { recursive: true });
  let topic: BlobCreatedTopic | undefined;
  const storage = await startStorageEmulator({
    ...place('storage'),
    blobPort: await wantedOrAny(ports.blob),
    queuePort: await wantedOrAny(ports.queue),
    onBlobWritten: (blob) => topic?.announce(blob),
  });
  const { connectionString } = storage;
  topic = new BlobCreatedTopic({ connectionString, container: containers.incoming, queue: queues.incoming });
  const cosmos = await startCosmosServer({
    port: await wantedOrAny(ports.cosmos),
    ...(folder === undefined ? {} : { file: join(folder, 'cosmos.sqlite') }),
  });
  const hubs = Object.values(eventHubs).map(({ name, partitions, consumerGroup }) => [
    name,
    { partitions, consumerGroups: [consumerGroup] },
  ]);
  const otherHubs = others.map((name) => [name, { partitions: otherPartitions, consumerGroups: [] }]);
  const broker = await startBroker({
    hubs: Object.fromEntries([...otherHubs, ...hubs]),
    port: await wantedOrAny(ports.eventHubs),
    ...place('event-hubs'),
  });
  return { storage, cosmos, broker, topic };
}

async function close({ storage, cosmos, broker, topic }: Running): Promise<void> {
  await broker.close();
  await topic.settled();
  await cosmos.close();
  await storage.close();
}

const options = JSON.parse(process.argv[2] ?? '{}') as ServicesOptions;
// Ctrl-C reaches every process of the terminal; the parent says when to end.
process.on('SIGINT', () => {});
try {
  const running = await start(options);
  let isClosing = false;
  const end = async () => {
    if (isClosing) return;
    isClosing = true;
    await close(running);
    process.exit(0);
  };
  const control = serviceControl(running);
  process.on('message', async (message: ToServices) => {
    if (message.kind === 'close') await end();
    else report(await answerCall(control, message));
  });
  // Without its parent nobody could end this process.
  process.on('disconnect', end);
  process.on('SIGTERM', end);
  report({
    kind: 'ready',
    connections: {
      storage: running.storage.connectionString,
      cosmos: running.cosmos.connectionString,
      events: running.broker.connectionString,
    },
  });
  // Whoever keeps what the twin holds is a person who tries it, and waits for the first upload.
  if (options.folder !== undefined) await running.topic.open();
} catch (error) {
  report({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  process.exitCode = 1;
  process.disconnect();
}
