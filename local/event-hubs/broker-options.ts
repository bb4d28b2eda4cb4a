import type { BrokerOptions, HubOptions } from './broker.ts';

const defaults = {
  port: 0,
  host: '127.0.0.1',
  partitionBytesMax: 64 << 20,
  partitionEventsMax: 500_000,
  messageBytesMax: 1 << 20,
} as const;

/** What the service allows as the name of a hub or consumer group; it also makes a safe name of a folder. */
const entityName = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,254}[A-Za-z0-9])?$/;
const partitionsMax = 1_024;

export type CheckedOptions = Required<Omit<BrokerOptions, 'folder'>> & Pick<BrokerOptions, 'folder'>;

/**
 * Fills in the defaults.
 * @throws {Error} when an option makes no sense
 */
export function checkOptions(options: BrokerOptions): CheckedOptions {
  const checked = { ...defaults, ...options };
  for (const limit of ['partitionBytesMax', 'partitionEventsMax', 'messageBytesMax'] as const) {
    if (!(checked[limit] >= 1)) throw new Error(`${limit} must be at least 1, not ${checked[limit]}.`);
  }
  const names = Object.keys(options.hubs);
  for (const name of names) checkHub(name, options.hubs[name]!);
  const twice = names.find((name, index) => names.findIndex((other) => isSame(name, other)) !== index);
  if (twice !== undefined) throw new Error(`Hub '${twice}' is there twice: the case of letters makes no difference.`);
  return checked;
}

const isSame = (name: string, other: string) => name.toLowerCase() === other.toLowerCase();

function checkHub(name: string, { partitions, consumerGroups }: HubOptions): void {
  if (!entityName.test(name))
    throw new Error(`'${name}' is no name for a hub: expected letters, digits, '.', '-', '_'.`);
  if (!Number.isInteger(partitions) || partitions < 1 || partitions > partitionsMax) {
    throw new Error(`Hub '${name}' must have 1 to ${partitionsMax} partitions, not ${partitions}.`);
  }
  for (const group of consumerGroups) {
    if (group !== '$Default' && !entityName.test(group)) {
      throw new Error(
        `'${group}' is no name for a consumer group of hub '${name}': expected letters, digits, '.', '-', '_'.`,
      );
    }
  }
}
