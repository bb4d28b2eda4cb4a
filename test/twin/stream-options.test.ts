import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CosmosClient } from '@azure/cosmos';
import { EventHubConsumerClient, earliestEventPosition, type ReceivedEventData } from '@azure/event-hubs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../../local/demo/demo-events.ts';
import type { ScoreDocument } from '../../src/core/outputs/score-document.ts';
import { cosmos } from '../../src/core/resources.ts';
import { readings } from '../scoring/bundled-model.ts';
import { sealFolder } from '../scoring/sealed-models.ts';
import { useTwin } from './twin-fixture.ts';

const twin = useTwin({
  routes: {
    streams: [
      {
        hub: 'telemetry',
        model: 'machine-failure',
        models: ['second'],
        latest: true,
        resends: { minutes: 10 },
        outbound: [{ hub: 'alarms', where: 'label = "failure" and probability > 0.9' }],
      },
    ],
  },
  prepareModels: async (models) => {
    const folder = join(models, 'second', '1');
    await cp(join(models, 'machine-failure', '1'), folder, { recursive: true });
    const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
    await writeFile(join(folder, 'manifest.json'), JSON.stringify({ ...manifest, name: 'second' }));
    await sealFolder(folder);
  },
});

const count = 600;
let client: CosmosClient;
let documents: ScoreDocument[];

beforeAll(async () => {
  const { producer, predictions, twin: running } = twin();
  client = new CosmosClient(running.connections.cosmos);
  const events = readings(count).map((reading, i) => ({
    body: Buffer.from(JSON.stringify(reading)),
    key: reading.machineId,
    messageId: `message-${i}`,
    properties: i % 3 === 0 ? { model: 'second' } : {},
  }));
  for (const [partitionKey, ofKey] of Map.groupBy(events, ({ key }) => key)) {
    await producer.sendBatch(ofKey, { partitionKey });
    // A device that did not hear that its messages came through.
    await producer.sendBatch(ofKey.slice(-5), { partitionKey });
  }
  const all = async () => (await predictions.items.readAll<ScoreDocument>().fetchAll()).resources;
  await until('all documents', async () => (await all()).length >= count, 60_000, 200);
  documents = await all();
}, 90_000);
afterAll(() => client?.dispose());

test('what devices sent again is passed over, and named in the receipts', async () => {
  const machines = new Set(documents.map(({ key }) => key)).size;
  const skipped = () =>
    twin()
      .log.filter(({ message }) => message.startsWith('receipt '))
      .map(({ message }) => JSON.parse(message.slice('receipt '.length)).skippedByReason.resend ?? 0)
      .reduce((sum: number, each: number) => sum + each, 0);
  await until('all resends', () => skipped() === 5 * machines, 30_000);
  expect(documents).toHaveLength(count);
});

test('events are scored by the model that they ask for', () => {
  const asked = documents.filter(({ model }) => model === 'second');
  expect(asked).toHaveLength(count / 3);
});

test('the last score of each machine and model is kept', async () => {
  const latest = client.database(cosmos.database).container(cosmos.containers.latest.name);
  const { resources } = await latest.items.readAll<ScoreDocument & { document: string }>().fetchAll();
  const position = ({ source }: ScoreDocument) => (source.kind === 'stream' ? source.sequence : 0);
  const wanted = [...Map.groupBy(documents, ({ key, model }) => `${key} ${model}`)].map(([name, all]) => [
    name,
    all.toSorted((a, b) => position(b) - position(a))[0]?.id,
  ]);
  expect(resources.map(({ key, model, document }) => [`${key} ${model}`, document]).toSorted()).toEqual(
    wanted.toSorted(),
  );
});

test('alarms arrive at the other hub, once each, with their ids', async () => {
  const wanted = documents.filter(
    ({ outputs }) => outputs.label === 'failure' && (outputs.probability as number) > 0.9,
  );
  expect(wanted.length).toBeGreaterThan(0);
  const consumer = new EventHubConsumerClient('$Default', twin().twin.connections.events, 'alarms');
  const received: ReceivedEventData[] = [];
  const subscription = consumer.subscribe(
    { processEvents: async (events) => void received.push(...events), processError: async () => {} },
    { startPosition: earliestEventPosition, maxBatchSize: 500, maxWaitTimeInSeconds: 1 },
  );
  try {
    await until('all alarms', () => received.length >= wanted.length, 20_000);
  } finally {
    await subscription.close();
    await consumer.close();
  }
  expect(received.map(({ messageId }) => messageId).toSorted()).toEqual(wanted.map(({ id }) => id).toSorted());
  const byId = new Map(documents.map((document) => [document.id, document]));
  for (const { messageId, body, partitionKey } of received) {
    expect(byId.get(String(messageId))).toMatchObject(body);
    expect(partitionKey).toBe(body.key);
  }
});
