import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { type HostOptions, type RunningHost, startHost } from '../../../local/host/start-host.ts';
import { type AtEnd, temporaryFolder } from './temporary-folder.ts';

/** What the handlers of a fixture wrote down, in order; it outlives a killed host. */
export interface Records {
  readonly file: string;
  read<T = unknown>(): T[];
}

export interface FixtureHost extends RunningHost {
  readonly records: Records;
  /** Lines of its log, as "level category: message". */
  readonly lines: string[];
}

export type FixtureOptions = Partial<HostOptions> & { readonly records?: Records; readonly atEnd?: AtEnd };

export function newRecords(atEnd: AtEnd = onTestFinished): Records {
  const file = join(temporaryFolder({}, atEnd), 'records.ndjson');
  return {
    file,
    read<T>() {
      const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
      return text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as T);
    },
  };
}

/** The folder of a fixture app beside this file. */
export const fixtureFolder = (name: string) => fileURLToPath(new URL(`./apps/${name}`, import.meta.url));

/** Starts a host on an app; at the end it is killed if it still runs. */
export async function startFixture(appFolder: string, options: FixtureOptions = {}): Promise<FixtureHost> {
  const { atEnd = onTestFinished } = options;
  const records = options.records ?? newRecords(atEnd);
  const lines: string[] = [];
  const host = await startHost({
    ...options,
    appFolder,
    settings: { RECORD_FILE: records.file, ...options.settings },
    onLog: ({ level, category, message }) => lines.push(`${level} ${category}: ${message}`),
  });
  atEnd(() => host.kill());
  return Object.assign(host, { records, lines });
}

/** Whether a process is there. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
