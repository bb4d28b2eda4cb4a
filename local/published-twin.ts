import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TwinAddress } from '../src/cli/twin-file.ts';
import { startControlServer } from './control/control-server.ts';
import type { Dispatch } from './control/remote-calls.ts';

export interface PublishedTwin {
  /** Nobody finds the twin afterwards. */
  withdraw(): Promise<void>;
}

/** Lets commands find a twin, and give it orders. */
export async function publishTwin(
  folder: string,
  address: Omit<TwinAddress, 'control'>,
  dispatch: Dispatch,
): Promise<PublishedTwin> {
  const server = await startControlServer(dispatch);
  const path = join(folder, 'twin.json');
  mkdirSync(folder, { recursive: true });
  const published: TwinAddress = { ...address, control: server.address };
  // The address holds keys and the token of the control.
  writeFileSync(path, `${JSON.stringify(published, null, 2)}\n`, { mode: 0o600 });
  return {
    async withdraw() {
      rmSync(path, { force: true });
      await server.close();
    },
  };
}
