import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readEvent } from '../../../src/core/events/event-content.ts';
import { deviceOf, type IncomingEvent, isTelemetry, messageSourceOf } from '../../../src/core/events/incoming-event.ts';
import { limits } from '../../../src/core/limits.ts';
import { hasSharedData, sharedData } from '../../shared-data.ts';

const event = (
  body: string | Uint8Array,
  systemProperties: Record<string, unknown> = {},
  properties: Record<string, unknown> = {},
): IncomingEvent => ({
  body: Buffer.from(body as string),
  hub: 'telemetry',
  partition: '0',
  sequence: 1,
  enqueuedAt: '2026-11-21T00:00:00.000Z',
  systemProperties,
  properties,
});

const base64 = (text: string | Uint8Array) => Buffer.from(text as string).toString('base64');
const [one, two] = ['{"a":1,"long":"enough"}', '{"a":2}'];
const recordOne = { a: 1, long: 'enough' };

describe('a body holds records in many forms', () => {
  test.each([
    ['an object', one, [recordOne], false],
    ['an array', `[${one},${two}]`, [recordOne, { a: 2 }], true],
    ['lines', `${one}\n${two}\n`, [recordOne, { a: 2 }], true],
    ['lines that end in CR LF, with empty ones', `${one}\r\n\r\n${two}`, [recordOne, { a: 2 }], true],
    ['gzip', gzipSync(one), [recordOne], false],
    ['gzip of lines', gzipSync(`${one}\n${two}`), [recordOne, { a: 2 }], true],
    ['base64', base64(one), [recordOne], false],
    ['base64 as a JSON text', JSON.stringify(base64(one)), [recordOne], false],
    ['base64 of gzip', base64(gzipSync(one)), [recordOne], false],
    ['a number', '7', [7], false],
    ['a text that is no base64', '"pressure"', ['pressure'], false],
    ['a text that only looks like it', '"abcdefgh"', ['abcdefgh'], false],
  ])('%s', (_, body, records, isList) => {
    expect(readEvent(event(body))).toEqual({ items: records.map((record) => ({ record })), isList });
  });

  test('one record on one line is a list where the content type says so', () => {
    const content = readEvent(event(`${one}\nnot json\n`, { 'content-type': 'application/x-ndjson' }));
    expect(content).toMatchObject({
      isList: true,
      items: [{ record: recordOne }, { fault: { code: 'json.malformed' } }],
    });
  });
});

test('a broken line is that record alone', () => {
  const content = readEvent(event(`${one}\n{"a":\n${two}`));
  expect(content).toMatchObject({
    items: [{ record: recordOne }, { fault: { code: 'json.malformed' } }, { record: { a: 2 } }],
  });
});

describe('what cannot be read', () => {
  test.each([
    ['nothing', '', {}, 'json.malformed'],
    ['half an object', '{"a":', {}, 'json.malformed'],
    ['lines of which none is JSON', 'a\nb\nc', {}, 'json.malformed'],
    ['an empty list', '[]', {}, 'record.empty'],
    ['broken gzip', gzipSync(one).subarray(0, 20), {}, 'body.malformed_encoding'],
    ['no gzip where the header says so', one, { 'content-encoding': 'gzip' }, 'body.malformed_encoding'],
    ['more than may come out', gzipSync(Buffer.alloc(limits.eventBytesMax + 1, 0x20)), {}, 'body.too_large'],
    ['too many records', `[${'0,'.repeat(limits.eventRowsMax)}0]`, {}, 'record.empty'],
  ])('%s', (_, body, properties, code) => {
    expect(readEvent(event(body, properties))).toMatchObject({ fault: { code } });
  });

  test('something packed into itself again and again is not followed', () => {
    const body = [1, 2, 3, 4, 5, 6].reduce((packed: string | Uint8Array) => gzipSync(packed), one);
    expect(readEvent(event(body))).toMatchObject({ fault: { code: 'text.not_utf8' } });
  });
});

describe('IoT Hub', () => {
  const device = { 'iothub-connection-device-id': 'd-1', 'iothub-message-source': 'twinChangeEvents' };

  test.each([
    ['system properties', event('{}', device)],
    ['properties, as after routing', event('{}', {}, device)],
  ])('says in the %s what a message is and who sent it', (_, message) => {
    expect([isTelemetry(message), messageSourceOf(message), deviceOf(message)]).toEqual([
      false,
      'twinChangeEvents',
      'd-1',
    ]);
  });

  test('an envelope around the message is opened', () => {
    const envelope = { body: base64(one), systemProperties: { ...device, 'iothub-message-source': 'Telemetry' } };
    expect(readEvent(event(JSON.stringify(envelope)))).toEqual({
      items: [{ record: recordOne }],
      isList: false,
      device: 'd-1',
      messageSource: 'Telemetry',
    });
  });

  test.skipIf(!hasSharedData)('messages as Azure delivers them (skipped where ../shared is absent)', () => {
    const wrapped = readFileSync(sharedData('azure-events', 'eventgrid-iothub-telemetry-base64.json'));
    expect(readEvent(event(wrapped))).toEqual({
      items: [{ record: { Temperature: 70.927234087105489 } }],
      isList: false,
      device: 'thermostat1',
      messageSource: 'Telemetry',
    });
    const batch = JSON.parse(
      readFileSync(sharedData('azure-events', 'iothub-batch-telemetry-and-twin-changes.json'), 'utf8'),
    ) as { body: unknown; systemProperties: Record<string, unknown>; properties?: Record<string, unknown> }[];
    const events = batch.map(({ body, systemProperties, properties }) =>
      event(JSON.stringify(body), systemProperties, properties),
    );
    const telemetry = events.filter(isTelemetry);
    expect(telemetry.map(deviceOf)).toEqual(telemetry.map(() => 'my-pnp-device'));
    expect(telemetry.length).toBeGreaterThan(0);
    expect(telemetry.length).toBeLessThan(events.length);
  });
});
