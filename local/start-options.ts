import { parseArgs } from 'node:util';
import { UsageError } from '../src/cli/usage-error.ts';
import { isStreamProfile, streamProfiles } from '../src/core/streams/stream-profiles.ts';
import { type ServicePorts, usualPorts } from './services/start-services.ts';

/** What `npm start -- --help` prints. */
export const usage = `npm start -- [options]
Starts the local twin, feeds it for a few seconds and shows what came of it; stays up until Ctrl-C.

  --once         End after the demo: exit 0 only if every record is accounted for.
  --fresh        Throw away what earlier runs left in .sluice/ first.
  --no-demo      Start the twin only.
  --services     Start storage, Cosmos DB and Event Hubs only, for a host of your own (func start).
  --live         After the demo the machines go on sending, at --rate, until Ctrl-C.
  --instances N  Run the app so many times, as Azure does under load (1).
  --port N       Port of HTTP (7071; a free one when it is taken).
  --blob-port N, --queue-port N, --cosmos-port N, --event-hubs-port N
                 Ports of the services (10000, 10001, 8081, 5672; free ones when they are taken).
  --events N     Events of the demo (2000).
  --rate N       Events a second (1000).
  --profile P    How the stream is read: economy, which collects events for up to two seconds,
                 or latency, which takes what is there (economy).
  --seed N       Seed of the machines (another one each time).
  --verbose      Show the log of the app.
  -h, --help     Show this help.`;

const numbers = {
  instances: '1',
  port: '7071',
  'blob-port': String(usualPorts.blob),
  'queue-port': String(usualPorts.queue),
  'cosmos-port': String(usualPorts.cosmos),
  'event-hubs-port': String(usualPorts.eventHubs),
  events: '2000',
  rate: '1000',
  seed: String(Date.now() >>> 0),
} as const;

/**
 * The options of `npm start`.
 * @throws {UsageError} what is wrong, and which options there are
 */
export function readStartOptions(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...(Object.fromEntries(
          Object.entries(numbers).map(([name, value]) => [name, { type: 'string', default: value }]),
        ) as Record<keyof typeof numbers, { type: 'string'; default: string }>),
        once: { type: 'boolean', default: false },
        fresh: { type: 'boolean', default: false },
        'no-demo': { type: 'boolean', default: false },
        services: { type: 'boolean', default: false },
        live: { type: 'boolean', default: false },
        profile: { type: 'string', default: 'economy' },
        verbose: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const wrong = Object.keys(numbers).find((name) => !/^[1-9]\d*$/.test(values[name as keyof typeof numbers]));
    if (wrong !== undefined) throw new Error(`--${wrong} is a whole number above 0`);
    const { profile } = values;
    if (!isStreamProfile(profile))
      throw new Error(`--profile is ${Object.keys(streamProfiles).join(' or ')}, not ${profile}`);
    const number = (name: keyof typeof numbers) => Number(values[name]);
    const ports: ServicePorts = {
      blob: number('blob-port'),
      queue: number('queue-port'),
      cosmos: number('cosmos-port'),
      eventHubs: number('event-hubs-port'),
    };
    return {
      ...values,
      profile,
      ports,
      instances: number('instances'),
      port: number('port'),
      events: number('events'),
      rate: number('rate'),
      seed: number('seed'),
    };
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`);
  }
}
