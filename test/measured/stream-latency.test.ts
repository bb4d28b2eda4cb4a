import { expect, test } from 'vitest';
import { sendDemoEvents, until } from '../../local/demo/demo-events.ts';
import { latencyOf, quantile, StreamObserver } from '../../local/demo/stream-observer.ts';
import { useTwin } from '../twin/twin-fixture.ts';

const twin = useTwin();

test('at 1,000 events/s an event is a readable document after at most 500 ms (p95)', async () => {
  const { connections } = twin().twin;
  const observer = new StreamObserver(connections.cosmos);
  try {
    const options = { events: 6_000, machines: 20, eventsPerSecond: 1_000, seed: 5, onProgress: () => {} };
    const { readings } = await sendDemoEvents(connections.events, options);
    await until('all documents', () => observer.documents.length >= readings, 60_000);
    const latencies = observer.documents.map(latencyOf);
    const [p50, p95] = [quantile(latencies, 0.5), quantile(latencies, 0.95)];
    process.stdout.write(`enqueued to readable at 1,000 events/s: p50 ${p50} ms, p95 ${p95} ms\n`);
    expect(p95).toBeLessThanOrEqual(500);
  } finally {
    await observer.stop();
  }
});
