import { expect, test } from 'vitest';
import { type BrokerOptions, startBroker } from '../../../local/event-hubs/broker.ts';

const hub = { partitions: 1, consumerGroups: [] };

test.each<[string, BrokerOptions, string]>([
  ['no partitions', { hubs: { a: { ...hub, partitions: 0 } } }, "Hub 'a' must have 1 to 1024 partitions, not 0"],
  ['half a partition', { hubs: { a: { ...hub, partitions: 1.5 } } }, 'not 1.5'],
  ['a name that leads out of the folder', { hubs: { '../a': hub } }, "'../a' is no name for a hub"],
  ['one name twice', { hubs: { a: hub, A: hub } }, "Hub 'A' is there twice"],
  [
    'a bad consumer group',
    { hubs: { a: { ...hub, consumerGroups: ['x/y'] } } },
    "'x/y' is no name for a consumer group",
  ],
  ['no room at all', { hubs: { a: hub }, partitionBytesMax: 0 }, 'partitionBytesMax must be at least 1, not 0'],
])('%s is an error', async (_, options, message) => {
  await expect(startBroker(options)).rejects.toThrow(message);
});
