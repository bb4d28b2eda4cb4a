import { once } from 'node:events';
import rhea, { type Connection, type Receiver, type Sender } from 'rhea';
import { expect, test } from 'vitest';
import { connected, outcomeOf, readerAddress, receiverOf, senderTo } from './raw-client.ts';
import { startedBroker } from './started-broker.ts';

/**
 * What clients other than the vendor's own for JavaScript insist on. Seen with: azure-eventhub 5.15 for Python (all
 * fields of a frame, handle-max), azeventhubs 2.0 for Go (settlement mode), qpid-proton 0.40.
 */
interface RawFrame {
  readonly value: readonly unknown[];
  readonly handle_max?: number;
  readonly snd_settle_mode?: number;
  readonly source?: { readonly address: string };
  readonly target?: { readonly address: string };
  readonly properties?: object;
}

type Remote<T> = T & { readonly remote: Readonly<Record<'open' | 'begin' | 'attach', RawFrame>> };

/** rhea declares nothing of what the peer sent. */
const remoteOf = (endpoint: Connection | Sender | Receiver | Sender['session']) =>
  (endpoint as Remote<typeof endpoint>).remote;

test('frames carry all their fields, empty ones too', async () => {
  const broker = await startedBroker();
  const connection = await connected(broker);
  const fields: Record<string, number> = {};
  for (const kind of ['begin', 'attach', 'flow', 'transfer', 'disposition', 'detach', 'end']) {
    const handle = connection[`on_${kind}`];
    connection[`on_${kind}`] = (frame: { performative: RawFrame }) => {
      fields[kind] = frame.performative.value.length;
      handle.call(connection, frame);
    };
  }
  const sender = await senderTo(connection, 'telemetry/Partitions/0');
  expect(await outcomeOf(sender, rhea.message.encode({ body: 'x' }))).toBe('accepted');
  const receiver = receiverOf(connection, readerAddress('0'), 1);
  await once(receiver, 'message');
  receiver.close();
  await once(receiver, 'receiver_close');
  sender.session.close();
  await once(sender.session, 'session_close');
  expect(fields).toEqual({ begin: 8, attach: 14, flow: 11, transfer: 11, disposition: 6, detach: 3, end: 1 });
  expect(remoteOf(connection).open.value).toHaveLength(10);
});

test('a session tells how many links it takes', async () => {
  const broker = await startedBroker();
  const sender = await senderTo(await connected(broker), 'telemetry');
  expect(remoteOf(sender.session).begin.handle_max).toBeGreaterThan(100);
});

test.each([0, 1, 2] as const)('an attach is answered in the settlement mode %d that it asks for', async (mode) => {
  const broker = await startedBroker();
  broker.publish('telemetry', { body: 'x' }, { partitionId: '0' });
  const connection = await connected(broker);
  const receiver = connection.open_receiver({ source: { address: readerAddress('0') }, snd_settle_mode: mode });
  await once(receiver, 'message');
  expect(remoteOf(receiver).attach.snd_settle_mode).toBe(mode);
});

test('an attach is answered with its own source and target, and with properties', async () => {
  const broker = await startedBroker();
  const connection = await connected(broker);
  const receiver = receiverOf(connection, readerAddress('0'), 0);
  await once(receiver, 'receiver_open');
  expect(remoteOf(receiver).attach.source?.address).toBe(readerAddress('0'));
  expect(remoteOf(receiver).attach.properties).toBeDefined();
  const sender = await senderTo(connection, 'telemetry');
  expect(remoteOf(sender).attach.target?.address).toBe('telemetry');
});

test.each([
  ['a path', '/telemetry/consumergroups/$default/partitions/0'],
  ['a URL', 'amqps://localhost:5671/telemetry/ConsumerGroups/$Default/Partitions/0'],
])('an address may be %s', async (_, address) => {
  const broker = await startedBroker();
  broker.publish('telemetry', { body: 'x' }, { partitionId: '0' });
  const receiver = receiverOf(await connected(broker), address, 1);
  const [context] = await once(receiver, 'message');
  expect(context.message.body).toBe('x');
});

test('one name may not be attached twice in a session: that connection ends, and the broker lives', async () => {
  const broker = await startedBroker();
  const connection = await connected(broker);
  const sender = connection.open_sender({ name: 'same', target: { address: 'telemetry' } });
  await once(sender, 'sendable');
  const closed = once(connection.socket, 'close');
  connection.open_sender({ name: 'same', target: { address: 'telemetry' } });
  await closed;
  await senderTo(await connected(broker), 'telemetry');
});
