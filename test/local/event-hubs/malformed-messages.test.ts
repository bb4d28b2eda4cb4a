import rhea, { type Message } from 'rhea';
import { expect, test } from 'vitest';
import { batchFormat } from '../../../local/event-hubs/incoming-message.ts';
import { bodiesOf, consumerOf, receive, receiveAll } from './event-clients.ts';
import { connected, outcomeOf, senderTo } from './raw-client.ts';
import { startedBroker } from './started-broker.ts';

const encoded = (message: Message) => rhea.message.encode(message);
const envelope = (...events: Buffer[]) => encoded({ body: rhea.message.data_sections(events) });
const whole = encoded({ body: 'whole' });

test.each([
  ['bytes that are no message', Buffer.from('no message at all'), 0, 'no section starts at byte 0'],
  ['nothing', Buffer.alloc(0), 0, 'it has no body'],
  ['a message that is cut off', whole.subarray(0, whole.length - 3), 0, 'past the end'],
  ['two bodies', Buffer.concat([whole, Buffer.from([0, 0x53, 0x75, 0xa0, 0])]), 0, 'out of order'],
  ['a thousand descriptors in each other', Buffer.alloc(1_000), 0, 'no section starts at byte 0'],
  ['an empty batch', encoded({ body: 'not data' }), batchFormat, 'the batch holds no event'],
  ['a batch with one bad event', envelope(whole, Buffer.from('bad'), whole), batchFormat, 'no section starts'],
])('%s is refused with a reason, nothing of it is stored, and the link lives on', async (_, bytes, format, reason) => {
  const broker = await startedBroker();
  const sender = await senderTo(await connected(broker), 'telemetry');
  const refusal = await outcomeOf(sender, bytes, format);
  expect(refusal).toContain('amqp:decode-error: The message is malformed: ');
  expect(refusal).toContain(reason);
  expect(await outcomeOf(sender, whole)).toBe('accepted');
  expect(bodiesOf(await receiveAll(broker))).toEqual(['whole']);
});

test('a batch of many events is stored as these events, in their order', async () => {
  const broker = await startedBroker();
  const sender = await senderTo(await connected(broker), 'telemetry/Partitions/2');
  const events = ['a', 'b', 'c'].map((body) => encoded({ body }));
  expect(await outcomeOf(sender, envelope(...events), batchFormat)).toBe('accepted');
  expect(bodiesOf(await receive(consumerOf(broker), '2', 3))).toEqual(['a', 'b', 'c']);
});

test('a message of many frames over the limit is refused with its size, and the link lives on', async () => {
  const broker = await startedBroker({ messageBytesMax: 1_000 });
  const sender = await senderTo(await connected(broker), 'telemetry');
  const refusal = await outcomeOf(sender, Buffer.alloc(5_000_000));
  expect(refusal).toContain('amqp:link:message-size-exceeded');
  expect(refusal).toContain('size: 5000000 bytes');
  expect(await outcomeOf(sender, whole)).toBe('accepted');
  expect(broker.stats.received).toBe(1);
});

test('a request that is no message is refused, and the node goes on answering', async () => {
  const broker = await startedBroker();
  const sender = await senderTo(await connected(broker), '$management');
  expect(await outcomeOf(sender, Buffer.from([0, 0x53, 0x77, 0xff]))).toContain('amqp:internal-error');
  expect((await consumerOf(broker).getEventHubProperties()).name).toBe('telemetry');
});

test('bytes that are not even AMQP end that connection and no other', async () => {
  const broker = await startedBroker();
  const sender = await senderTo(await connected(broker), 'telemetry');
  const stranger = await connected(broker);
  const ended = new Promise((resolve) => stranger.socket.once('close', resolve));
  stranger.socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(100));
  stranger.socket.end();
  await ended;
  expect(await outcomeOf(sender, whole)).toBe('accepted');
});
