import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { incomingEvents } from '../../src/adapters/event-hub-trigger.ts';
import { logOf } from '../../src/adapters/function-log.ts';
import { httpCallOf } from '../../src/adapters/http-trigger.ts';
import { limits } from '../../src/core/limits.ts';

// Only `app` and types can be imported by name from this package in ESM.
const { HttpRequest } = createRequire(import.meta.url)('@azure/functions') as typeof import('@azure/functions');

const metadata = (count: number) => ({
  partitionContext: { partitionId: '3', eventHubName: 'telemetry' },
  systemPropertiesArray: Array.from({ length: count }, (_, i) => ({
    sequenceNumber: 100 + i,
    enqueuedTimeUtc: i < 2 ? '2026-11-21T03:04:05.6789012+00:00' : '2026-11-21T03:04:06Z',
    'iothub-connection-device-id': `d-${i}`,
  })),
});

describe('the Event Hubs trigger', () => {
  test('gives each body its position, time and properties', () => {
    const bodies = [Buffer.from('a'), Buffer.from(''), Buffer.from('c')];
    expect(incomingEvents(bodies, metadata(3))).toEqual(
      bodies.map((body, i) => ({
        body,
        hub: 'telemetry',
        partition: '3',
        sequence: 100 + i,
        enqueuedAt: i < 2 ? '2026-11-21T03:04:05.678Z' : '2026-11-21T03:04:06.000Z',
        systemProperties: metadata(3).systemPropertiesArray[i],
      })),
    );
  });

  test("the broker's time is UTC, whether the host says so or not, and wherever this machine stands", () => {
    const before = process.env.TZ;
    process.env.TZ = 'America/New_York';
    try {
      const times = ['2026-11-21T03:04:05.6789012', '2026-11-21T03:04:05.678Z', '2026-11-21T04:04:05.678+01:00'];
      const systemPropertiesArray = times.map((enqueuedTimeUtc, i) => ({ sequenceNumber: i, enqueuedTimeUtc }));
      const events = incomingEvents(
        times.map(() => Buffer.from('{}')),
        { ...metadata(0), systemPropertiesArray },
      );
      expect(events.map(({ enqueuedAt }) => enqueuedAt)).toEqual(times.map(() => '2026-11-21T03:04:05.678Z'));
    } finally {
      if (before === undefined) delete process.env.TZ;
      else process.env.TZ = before;
    }
  });

  test.each([
    ['bodies that were parsed', { a: 1 }, metadata(1)],
    ['fewer properties than bodies', [Buffer.from('a'), Buffer.from('b')], metadata(1)],
    ['no partition', [Buffer.from('a')], { ...metadata(1), partitionContext: {} }],
    ['nothing at all', undefined, undefined],
  ])('never guesses where a body came from: %s', (_, bodies, given) => {
    expect(() => incomingEvents(bodies, given)).toThrow(/without binary bodies or without its positions/);
  });
});

describe('the HTTP trigger', () => {
  const call = (body: Uint8Array | undefined, method = 'POST') =>
    httpCallOf(
      new HttpRequest({
        url: 'http://127.0.0.1:7071/models/a%20b/score?x=1',
        method,
        headers: { 'Content-Type': 'application/json' },
        ...(body && { body: { bytes: body } }),
      }),
    );
  const read = (body: Uint8Array | undefined, method?: string) => call(body, method).readBody(limits.requestBytesMax);

  test('gives method, path, headers and the bytes of the body', async () => {
    const { method, path, header, readBody } = call(Buffer.from('{"a":1}'));
    expect([method, path, header('content-type'), header('x-request-id')]).toEqual([
      'POST',
      '/models/a%20b/score',
      'application/json',
      undefined,
    ]);
    expect(Buffer.from(await readBody(100)).toString()).toBe('{"a":1}');
  });

  test('a call without body has an empty one', async () => {
    expect(await read(undefined, 'GET')).toHaveLength(0);
    expect(await read(undefined)).toHaveLength(0);
  });

  test('of a body that is too large just enough is read to see it', async () => {
    const body = await read(Buffer.alloc(limits.requestBytesMax + 100, 'x'));
    expect(body.length).toBeGreaterThan(limits.requestBytesMax);
  });
});

test('a line of the log is a word and JSON, at its level', () => {
  const lines: unknown[][] = [];
  const at = (level: string) => (text: string) => void lines.push([level, text]);
  const log = logOf({ log: at('log'), warn: at('warn'), error: at('error') } as never);
  log.information('receipt', { received: 1, note: 'two\nlines' });
  log.warning('odd');
  log.error('bad', {});
  expect(lines).toEqual([
    ['log', 'receipt {"received":1,"note":"two\\nlines"}'],
    ['warn', 'odd'],
    ['error', 'bad {}'],
  ]);
});
