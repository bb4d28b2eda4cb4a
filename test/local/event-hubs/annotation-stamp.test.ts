import fc from 'fast-check';
import rhea, { type Message } from 'rhea';
import { expect, test } from 'vitest';
import { stampedWire } from '../../../local/event-hubs/annotation-stamp.ts';
import { wireWithMetrics } from '../../../local/event-hubs/delivery-metrics.ts';
import { readMessage } from '../../../local/event-hubs/incoming-message.ts';
import { offsetOf } from '../../../local/event-hubs/stored-event.ts';
import { anyMessage } from './any-message.ts';

const stamp = { sequence: 459_580_566_734_080, enqueuedMs: Date.UTC(2026, 10, 21), partitionKey: undefined };
const brokerAnnotations = {
  'x-opt-sequence-number': stamp.sequence,
  'x-opt-offset': String(offsetOf(stamp.sequence)),
  'x-opt-enqueued-time': new Date(stamp.enqueuedMs),
};

const read = (message: Message) => readMessage(rhea.message.encode(message), 0).events[0]!;
const decoded = (wire: Buffer) => ({ ...(rhea.message.decode(wire) as unknown as Message) });
/** As a consumer would get it without the broker: what rhea makes of the message, through its own encoding. */
const asSent = (message: Message) => decoded(rhea.message.encode(message));
const stamped = (message: Message, partitionKey?: string) =>
  decoded(stampedWire(read(message), { ...stamp, partitionKey }));

test('a stamped event is the event that was sent, with the annotations of the broker', () => {
  fc.assert(
    fc.property(anyMessage, (message) => {
      const { delivery_annotations: _, message_annotations: sent, ...rest } = asSent(message);
      const { message_annotations: got, ...kept } = stamped(message);
      expect(kept).toEqual(rest);
      expect(got).toEqual({ ...sent, ...brokerAnnotations });
    }),
  );
});

test('each annotation of the broker is there once, whatever the producer set', () => {
  const forged = { 'x-opt-sequence-number': 1, 'x-opt-offset': '2', 'x-opt-enqueued-time': new Date(3), own: 'kept' };
  const event = read({ body: 'x', message_annotations: forged });
  const wire = stampedWire(event, stamp);
  for (const name of Object.keys(brokerAnnotations)) expect(wire.toString('latin1').split(name)).toHaveLength(2);
  expect(decoded(wire).message_annotations).toEqual({ own: 'kept', ...brokerAnnotations });
});

test('the key of the envelope is added, unless the event has one of its own', () => {
  expect(stamped({ body: 'x' }, 'machine-ü').message_annotations).toEqual({
    ...brokerAnnotations,
    'x-opt-partition-key': 'machine-ü',
  });
  const own = { 'x-opt-partition-key': 'own' };
  expect(stamped({ body: 'x', message_annotations: own }, 'other').message_annotations).toMatchObject(own);
});

test('metrics of the partition go in with one delivery, and change nothing else', () => {
  const last = { sequence: -1, offset: '-1', enqueuedMs: 0 };
  const nowMs = Date.UTC(2027, 0, 1);
  fc.assert(
    fc.property(anyMessage, (message) => {
      const event = read(message);
      const wire = stampedWire(event, stamp);
      const stored = { sequence: stamp.sequence, enqueuedMs: stamp.enqueuedMs, headerEnd: event.headerEnd, wire };
      const { delivery_annotations: metrics, ...kept } = decoded(wireWithMetrics(stored, last, nowMs));
      expect(kept).toEqual(decoded(wire));
      expect(metrics).toEqual({
        last_enqueued_sequence_number: -1,
        last_enqueued_offset: '-1',
        last_enqueued_time_utc: new Date(0),
        runtime_info_retrieval_time_utc: new Date(nowMs),
      });
    }),
  );
});
