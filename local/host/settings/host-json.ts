import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EventHubSettings, readEventHubSettings } from './event-hub-settings.ts';
import { applyOverrides } from './host-overrides.ts';
import { type HttpSettings, readHttpSettings } from './http-settings.ts';
import { type QueueSettings, readQueueSettings } from './queue-settings.ts';
import { SettingsSection } from './settings-section.ts';

/** What the host takes from host.json, checked and with defaults; all other keys are left alone. */
export interface HostJson {
  /** Undefined: no limit. */
  readonly functionTimeoutMs: number | undefined;
  /** When there, only these functions listen. */
  readonly functions: readonly string[] | undefined;
  readonly http: HttpSettings;
  readonly eventHubs: EventHubSettings;
  readonly queues: QueueSettings;
}

const functionTimeoutDefaultMs = 30 * 60_000;
const dayMs = 86_400_000;

/**
 * Reads host.json of an app; variables `AzureFunctionsJobHost__a__b` of the environment go over its values.
 * @throws {Error} when the file is missing, no JSON, not of version 2.0 or holds a value out of bounds
 */
export function readHostJson(appFolder: string, environment: Readonly<Record<string, string | undefined>>): HostJson {
  const root = new SettingsSection(applyOverrides(parseHostJson(appFolder), environment), '');
  const version = root.raw('version');
  if (version !== '2.0') throw new Error(`host.json: version must be "2.0", but it is ${JSON.stringify(version)}.`);
  const extensions = root.section('extensions');
  return {
    functionTimeoutMs: readFunctionTimeoutMs(root),
    functions: readAllowList(root),
    http: readHttpSettings(extensions.section('http'), environment),
    eventHubs: readEventHubSettings(extensions.section('eventHubs')),
    queues: readQueueSettings(extensions.section('queues'), environment),
  };
}

function parseHostJson(appFolder: string): Record<string, unknown> {
  const path = join(appFolder, 'host.json');
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new Error(`${path} is missing: a folder with a Functions app holds host.json and package.json.`);
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new Error(`${path} is no JSON: ${(error as Error).message}`);
  }
}

/** The Functions host reads -1 as "no limit" and takes nothing below one second. */
function readFunctionTimeoutMs(root: SettingsSection): number | undefined {
  if (String(root.raw('functionTimeout')) === '-1') return undefined;
  return root.timeSpanMs('functionTimeout', functionTimeoutDefaultMs, { min: 1000, max: 24 * dayMs });
}

function readAllowList(root: SettingsSection): readonly string[] | undefined {
  const list = root.raw('functions');
  if (list === undefined) return undefined;
  if (Array.isArray(list) && list.every((name) => typeof name === 'string')) return list;
  throw new Error(`host.json: functions must be a list of function names, but it is ${JSON.stringify(list)}.`);
}
