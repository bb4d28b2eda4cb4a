import type { EventHubProducerClient } from '@azure/event-hubs';
import { expect, onTestFinished, test } from 'vitest';
import { openEventHub } from '../../src/adapters/azure-clients.ts';
import { EventHubOutbound } from '../../src/adapters/event-hub-outbound.ts';
import { ScoringError } from '../../src/core/fault.ts';
import type { ScoreDocument } from '../../src/core/outputs/score-document.ts';
import { receiveAll } from '../local/event-hubs/event-clients.ts';
import { startedBroker } from '../local/event-hubs/started-broker.ts';

const documentOf = (n: number, outputs: ScoreDocument['outputs'] = { value: n }): ScoreDocument => ({
  id: `telemetry~0~${n}~x~pump`,
  partition: 'p',
  model: 'pump',
  version: 1,
  modelDigest: 'sha256:00',
  inputDigest: `sha256:${n}`,
  source: { kind: 'stream', hub: 'telemetry', partition: '0', sequence: n, enqueuedAt: '2026-11-21T03:04:05.678Z' },
  outputs,
});
const messageOf = (n: number, partitionKey?: string) => ({ document: documentOf(n), partitionKey });

async function outbound(hub = 'alarms') {
  const broker = await startedBroker({ hubs: { alarms: { partitions: 4, consumerGroups: [] } } });
  let opened: Promise<EventHubProducerClient> | undefined;
  const open = () => {
    opened ??= openEventHub({ connectionString: broker.connectionString }, hub);
    return opened;
  };
  onTestFinished(async () => (await opened)?.close());
  return { broker, sink: new EventHubOutbound(hub, open) };
}

test('a document arrives whole, with its id as message id and its device as partition key', async () => {
  const { broker, sink } = await outbound();
  const messages = [messageOf(1, 'machine-7'), messageOf(2, 'machine-8'), messageOf(3, 'machine-7'), messageOf(4)];
  expect(await sink.write(messages)).toEqual(messages.map(() => ({ kind: 'created' })));
  const events = await receiveAll(broker, 'alarms');
  const arrived = events.map(({ messageId, partitionKey, body, contentType, properties }) => ({
    messageId,
    partitionKey: partitionKey ?? undefined,
    body,
    contentType,
    model: properties?.model,
  }));
  expect(arrived.toSorted((a, b) => String(a.messageId).localeCompare(String(b.messageId)))).toEqual(
    messages.map(({ document, partitionKey }) => ({
      messageId: document.id,
      partitionKey,
      body: document,
      contentType: 'application/json',
      model: 'pump',
    })),
  );
  // What one device sent stays in order.
  expect(events.filter(({ partitionKey }) => partitionKey === 'machine-7').map(({ messageId }) => messageId)).toEqual([
    'telemetry~0~1~x~pump',
    'telemetry~0~3~x~pump',
  ]);
});

test('more than one batch takes goes in several; one document that no batch takes is a fault of its own', async () => {
  const { broker, sink } = await outbound();
  const large = (n: number, bytes: number) => ({
    document: documentOf(n, { text: 'x'.repeat(bytes) }),
    partitionKey: 'k',
  });
  const results = await sink.write([large(1, 400_000), large(2, 400_000), large(3, 1_200_000), large(4, 400_000)]);
  expect(results.map(({ kind }) => kind)).toEqual(['created', 'created', 'fault', 'created']);
  expect(results[2]).toMatchObject({ fault: { code: 'sink.refused' } });
  expect((await receiveAll(broker, 'alarms')).map(({ messageId }) => messageId)).toEqual(
    [1, 2, 4].map((n) => `telemetry~0~${n}~x~pump`),
  );
});

test('nothing to send asks nobody', async () => {
  expect(await new EventHubOutbound('alarms', () => Promise.reject(new Error('asked'))).write([])).toEqual([]);
});

test('a hub that is not there may be there later', async () => {
  const { sink } = await outbound('missing');
  expect(await sink.write([messageOf(1), messageOf(2, 'k')])).toMatchObject([
    { kind: 'error', error: { code: 'outbound.unavailable', retryable: true } },
    { kind: 'error', error: { code: 'outbound.unavailable' } },
  ]);
});

test('settings that are missing are told as such', async () => {
  const error = new ScoringError('settings.missing', 'no hub', { retryable: true });
  expect(await new EventHubOutbound('alarms', () => Promise.reject(error)).write([messageOf(1)])).toEqual([
    { kind: 'error', error },
  ]);
});

test('a broker that comes back is used again', async () => {
  const { broker, sink } = await outbound();
  await sink.write([messageOf(1)]);
  broker.faults.cutConnections();
  expect(await sink.write([messageOf(2)])).toEqual([{ kind: 'created' }]);
  expect(await receiveAll(broker, 'alarms')).toHaveLength(2);
});
