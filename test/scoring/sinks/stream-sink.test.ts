import { beforeEach, describe, expect, test } from 'vitest';
import { FileModelRepository } from '../../../src/adapters/file-model-repository.ts';
import { loadOnnxScorer } from '../../../src/adapters/onnx-scorer.ts';
import type { IncomingEvent } from '../../../src/core/events/incoming-event.ts';
import { ScoringError } from '../../../src/core/fault.ts';
import { ModelRegistry } from '../../../src/scoring/model-registry.ts';
import type { OutboundMessage, ResendClaim, SinkResult } from '../../../src/scoring/ports.ts';
import { scoreEvents } from '../../../src/scoring/score-events.ts';
import type { StreamSinks } from '../../../src/scoring/sinks/stream-sink.ts';
import { bundledModels, keepingLog, readings } from '../bundled-model.ts';
import { newCrashWatch } from '../crashes/memory-markers.ts';
import { changedRepository, MemoryLedger, MemorySideTrack, MemorySink, streamSinksOf } from '../memory-ports.ts';

const repository = new FileModelRepository(bundledModels);
let sink: MemorySink;
let sideTrack: MemorySideTrack;
let ledger: MemoryLedger;
let log: ReturnType<typeof keepingLog>;
beforeEach(() => {
  sink = new MemorySink();
  sideTrack = new MemorySideTrack();
  ledger = new MemoryLedger();
  log = keepingLog();
});

function score(stream: object, sinks: Partial<StreamSinks>, events: readonly IncomingEvent[], isLast = false) {
  const routes = async () => ({ streams: [{ hub: 'telemetry', model: 'machine-failure', ...stream }] });
  const registry = new ModelRegistry(changedRepository(repository, { routes }), loadOnnxScorer);
  const scoring = { registry, ...streamSinksOf(sink, sinks), sideTrack, ledger, crashWatch: newCrashWatch() };
  return scoreEvents(scoring, events, { number: 0, isLast }, log).finally(() => registry.release());
}

const eventOf = (body: unknown, sequence: number, systemProperties: Record<string, unknown> = {}): IncomingEvent => ({
  body: Buffer.from(JSON.stringify(body)),
  hub: 'telemetry',
  partition: '0',
  sequence,
  enqueuedAt: '2026-11-21T03:04:05.678Z',
  systemProperties,
});
const events = (count: number) => readings(count).map((reading, i) => eventOf(reading, i));
const dark: SinkResult = {
  kind: 'error',
  error: new ScoringError('outbound.unavailable', 'the hub is dark', { retryable: true }),
};

test('a stream that asks for nothing more writes documents, and nothing else', async () => {
  const latest = new MemorySink();
  await score({}, { latest }, events(5));
  expect([sink.documents.size, latest.documents.size]).toEqual([5, 0]);
});

test('a stream that asks for packing writes its documents packed, and nothing else', async () => {
  const packed = new MemorySink();
  await score({ packed: true }, { sinks: { cosmos: sink, packed, blob: sink } }, events(5));
  expect([sink.documents.size, packed.documents.size]).toEqual([0, 5]);
});

test('with latest, the last scores are brought up to date before the documents', async () => {
  const latest = new MemorySink();
  await score({ latest: true }, { latest }, events(5));
  expect([sink.documents.size, latest.documents.size]).toEqual([5, 5]);
  latest.failure = () => dark;
  await expect(score({ latest: true }, { latest }, [eventOf(readings(1)[0], 9)])).rejects.toThrow('dark');
  expect(sink.documents.size).toBe(5);
});

describe('outbound', () => {
  /** Hubs that keep what they are sent. */
  function hubs() {
    const sent = new Map<string, OutboundMessage[]>();
    const state = { isDark: false };
    const outbound = (hub: string) => ({
      name: hub,
      write: async (messages: readonly OutboundMessage[]) => {
        if (state.isDark) return messages.map(() => dark);
        sent.set(hub, [...(sent.get(hub) ?? []), ...messages]);
        return messages.map((): SinkResult => ({ kind: 'created' }));
      },
    });
    return { sent, state, outbound };
  }
  const alarms = { hub: 'alarms', where: 'label = "failure"' };

  test('sends the scores that a rule asks for, each with its device as key', async () => {
    const { sent, outbound } = hubs();
    const rules = [alarms, { hub: 'all', where: 'probability >= 0', key: 'label' }];
    const receipt = await score({ outbound: rules }, { outbound }, events(300));
    expect(receipt).toMatchObject({ scored: 300 });
    const failures = [...sink.documents.values()].filter(({ outputs }) => outputs.label === 'failure');
    expect(failures.length).toBeGreaterThan(0);
    expect(sent.get('alarms')).toEqual(failures.map((document) => ({ document, partitionKey: document.key })));
    expect(sent.get('all')).toHaveLength(300);
    expect(new Set(sent.get('all')?.map(({ partitionKey }) => partitionKey))).toEqual(new Set(['ok', 'failure']));
  });

  test('that is dark holds back those scores alone; at the last attempt they are parked, and no document is there', async () => {
    const { state, outbound } = hubs();
    state.isDark = true;
    await expect(score({ outbound: [alarms] }, { outbound }, events(300))).rejects.toMatchObject({
      code: 'outbound.unavailable',
    });
    const receipt = await score({ outbound: [alarms] }, { outbound }, events(300), true);
    expect(receipt.parked).toBeGreaterThan(0);
    expect(receipt.scored + receipt.parked).toBe(300);
    expect(sink.documents.size).toBe(receipt.scored);
    expect([...sideTrack.parked.values()][0]).toMatchObject({ error: { code: 'outbound.unavailable' } });
  });

  test('says once when a filter asks for what the model does not give', async () => {
    const { outbound } = hubs();
    await score({ outbound: [{ hub: 'alarms', where: 'labl = "failure" or key = "x"' }] }, { outbound }, events(20));
    expect(log.lines.filter(({ level }) => level === 'warning')).toMatchObject([
      { fields: { hub: 'alarms', model: 'machine-failure 1', missing: ['labl'] } },
    ]);
  });
});

describe('resends', () => {
  /** A register that knows messages by their ids alone. */
  function register() {
    const claims: ResendClaim[] = [];
    const write = async (some: readonly ResendClaim[]) =>
      some.map((claim): SinkResult => {
        const known = claims.find(({ id, key }) => id === claim.id && key === claim.key);
        if (known === undefined) claims.push(claim);
        if (known === undefined || known.source.sequence === claim.source.sequence) return { kind: 'created' };
        return { kind: 'skipped', reason: 'resend' };
      });
    return { claims, resends: { name: 'memory', write } };
  }
  const [a, b] = readings(2);

  test('are passed over and named in the ledger', async () => {
    const { claims, resends } = register();
    const batch = [
      eventOf(a, 1, { 'message-id': 'm1' }),
      eventOf(b, 2),
      eventOf(a, 3, { messageId: 'm1' }),
      eventOf(a, 4),
    ];
    const receipt = await score({ resends: { minutes: 10 } }, { resends }, batch);
    expect(receipt).toMatchObject({ received: 4, scored: 3, skipped: 1, skippedByReason: { resend: 1 } });
    expect(ledger.entries).toMatchObject([{ skipped: { resend: 1 }, skippedAt: { resend: '3' } }]);
    expect(claims).toMatchObject([{ key: a?.machineId, messageId: 'm1', windowMs: 600_000, source: { sequence: 1 } }]);
    expect(claims[0]?.id).toMatch(/^[\w-]{43}$/);
  });

  test('records of a list have ids of their own, those of a field too', async () => {
    const { claims, resends } = register();
    await score({ resends: { minutes: 10 } }, { resends }, [eventOf([a, b], 1, { 'message-id': 'm' })]);
    expect(claims.map(({ messageId }) => messageId)).toEqual(['m.0', 'm.1']);
    const field = register();
    const list = [{ ...a, meta: { no: 7 } }, { ...b, meta: { no: 'x' } }, b];
    const receipt = await score({ resends: { minutes: 10, field: '/meta/no' } }, { resends: field.resends }, [
      eventOf(list, 2, { 'message-id': 'm' }),
      eventOf({ ...a, meta: { no: 7 } }, 3),
    ]);
    expect(field.claims.map(({ messageId }) => messageId)).toEqual(['7', 'x']);
    expect(receipt).toMatchObject({ scored: 3, skipped: 1 });
  });
});
