import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** How the running local twin is reached; written when it is up, removed when it ends. */
export interface TwinAddress {
  readonly pid: number;
  readonly url: string;
  readonly connections: { readonly storage: string; readonly cosmos: string; readonly events: string };
  /** Where it takes orders to go wrong. */
  readonly control: { readonly url: string; readonly token: string };
}

/** Where the twin keeps its data and says where it is. */
export const twinFolder = (): string =>
  process.env.SLUICE_TWIN_FOLDER ?? fileURLToPath(new URL('../../.sluice', import.meta.url));

/** The running twin; undefined when none runs. */
export function runningTwin(): TwinAddress | undefined {
  try {
    const twin = JSON.parse(readFileSync(`${twinFolder()}/twin.json`, 'utf8')) as TwinAddress;
    process.kill(twin.pid, 0);
    return twin;
  } catch {
    return undefined;
  }
}
