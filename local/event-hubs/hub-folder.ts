import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Changes when segment files are written in another way. */
const formatVersion = 1;

/** What is written about a hub when its folder is made. */
interface HubRecord {
  readonly format: number;
  readonly partitions: number;
  readonly createdAt: string;
}

export interface HubFolder {
  readonly createdOn: Date;
  partitionFolder(id: string): string;
}

/**
 * Opens the folder of a hub, or makes it.
 * @throws {Error} when it was made with another number of partitions, or by another version
 */
export function openHubFolder(parent: string, hub: string, partitions: number): HubFolder {
  // Names of hubs differ in more than case.
  const folder = join(parent, hub.toLowerCase());
  const record = readRecord(folder) ?? writeRecord(folder, partitions);
  const wayOut = `or delete the folder ${folder} to start anew: its events are lost, and checkpoints of them are void`;
  if (record.format !== formatVersion) {
    throw new Error(
      `Hub '${hub}' is kept in format ${record.format}, but format ${formatVersion} is written here: ` +
        `start the version that made it, ${wayOut}.`,
    );
  }
  if (record.partitions !== partitions) {
    throw new Error(
      `Hub '${hub}' was made with ${record.partitions} partitions, but ${partitions} are asked for, ` +
        `and the count is fixed for life: ask for ${record.partitions}, ${wayOut}.`,
    );
  }
  return { createdOn: new Date(record.createdAt), partitionFolder: (id) => join(folder, id) };
}

function readRecord(folder: string): HubRecord | undefined {
  const path = join(folder, 'hub.json');
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${path} cannot be read: delete the folder ${folder} to start anew.`, { cause: error });
  }
}

/** The record is there as a whole or not at all, whenever the process dies. */
function writeRecord(folder: string, partitions: number): HubRecord {
  const record = { format: formatVersion, partitions, createdAt: new Date().toISOString() };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'hub.json.new'), JSON.stringify(record));
  renameSync(join(folder, 'hub.json.new'), join(folder, 'hub.json'));
  return record;
}
