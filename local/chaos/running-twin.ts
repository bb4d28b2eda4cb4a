import { runningTwin, twinFolder } from '../../src/cli/twin-file.ts';
import { UnreachableError } from '../../src/cli/usage-error.ts';
import { controlClient } from '../control/control-server.ts';
import type { TwinControl } from '../control/twin-control.ts';
import type { RunningSystem } from './scene.ts';

/** The twin that runs in another process. @throws {UnreachableError} when there is none */
export function theRunningTwin(): RunningSystem & { readonly url: string } {
  const twin = runningTwin();
  if (twin === undefined)
    throw new UnreachableError('The local twin does not run. Start it in another terminal with: npm start');
  const { connections, control, url } = twin;
  return { connections, control: controlClient<TwinControl>(control), folder: twinFolder(), url };
}
