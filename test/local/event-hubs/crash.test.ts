import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { consumerOf, noRetries, producerOf, receive, receiveAll } from './event-clients.ts';
import { startedBroker, temporaryFolder } from './started-broker.ts';
import { until } from './until.ts';

interface BrokerProcess {
  readonly child: ChildProcess;
  readonly connectionString: string;
}

async function brokerProcess(folder: string): Promise<BrokerProcess> {
  const child = fork(fileURLToPath(new URL('./broker-process.ts', import.meta.url)), [folder]);
  onTestFinished(() => void child.kill('SIGKILL'));
  const [{ connectionString }] = await once(child, 'message');
  return { child, connectionString };
}

/** Sends batches without pause until the broker is gone. */
async function sendUntilGone(broker: BrokerProcess, sender: number, acknowledged: Set<string>): Promise<void> {
  const producer = producerOf(broker, 'telemetry', noRetries);
  for (let batch = 0; ; batch++) {
    const ids = Array.from({ length: 20 }, (_, i) => `${sender}-${batch}-${i}`);
    try {
      await producer.sendBatch(ids.map((id) => ({ body: { id, pad: 'x'.repeat(200) } })));
    } catch {
      return;
    }
    for (const id of ids) acknowledged.add(id);
  }
}

test.each([300, 2_000, 5_000])(
  'a broker killed in the middle of sends has every event acknowledged, after %d',
  async (count) => {
    const folder = await temporaryFolder();
    const killed = await brokerProcess(folder);
    const acknowledged = new Set<string>();
    const senders = [0, 1, 2, 3].map((sender) => sendUntilGone(killed, sender, acknowledged));
    await until(`${count} events acknowledged`, () => acknowledged.size >= count);
    killed.child.kill('SIGKILL');
    await once(killed.child, 'exit');
    await Promise.all(senders);

    const broker = await startedBroker({ folder, hubs: { telemetry: { partitions: 4, consumerGroups: [] } } });
    const ids = (await receiveAll(broker)).map(({ body }) => body.id as string);
    const there = new Set(ids);
    expect([...acknowledged].filter((id) => !there.has(id))).toEqual([]);
    expect(ids).toHaveLength(there.size);
  },
);

test('a consumer that was reading when the broker was killed finds its place again', async () => {
  const folder = await temporaryFolder();
  const killed = await brokerProcess(folder);
  const send = (broker: { connectionString: string }, ...bodies: string[]) =>
    producerOf(broker, 'telemetry', noRetries).sendBatch(
      bodies.map((body) => ({ body })),
      { partitionId: '0' },
    );
  await send(killed, 'a', 'b');
  const [, last] = await receive(consumerOf(killed, { retryOptions: noRetries }), '0', 2);
  killed.child.kill('SIGKILL');
  await once(killed.child, 'exit');

  const broker = await startedBroker({ folder, hubs: { telemetry: { partitions: 4, consumerGroups: [] } } });
  await send(broker, 'c');
  const [next] = await receive(consumerOf(broker), '0', 1, { startPosition: { offset: last!.offset } });
  expect([next!.body, next!.sequenceNumber]).toEqual(['c', 2]);
});
