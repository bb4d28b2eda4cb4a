/** A broker in a process of its own, which a test can kill. Its folder is the argument; it reports its port as JSON. */
import { startBroker } from '../../../local/event-hubs/broker.ts';

const broker = await startBroker({
  hubs: { telemetry: { partitions: 4, consumerGroups: [] } },
  folder: process.argv[2]!,
});
process.send!({ port: broker.port, connectionString: broker.connectionString });
// A parent that dies must not leave a broker behind.
process.on('disconnect', () => process.exit());
