import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Broker, type BrokerOptions, startBroker } from '../../../local/event-hubs/broker.ts';

/** A broker that ends with the test; unless told otherwise it has a hub `telemetry` with 4 partitions. */
export async function startedBroker(options: Partial<BrokerOptions> = {}): Promise<Broker> {
  const broker = await startBroker({ hubs: { telemetry: { partitions: 4, consumerGroups: ['scoring'] } }, ...options });
  onTestFinished(() => broker.close());
  return broker;
}

/** A folder of this test's own, removed when it ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-event-hubs-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
