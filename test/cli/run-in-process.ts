import { runCommandLine } from '../../src/cli/run-command-line.ts';
import type { Terminal } from '../../src/cli/terminal.ts';

export interface EndedCommand {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Surroundings {
  /** The working directory; that of the tests when absent. */
  readonly cwd?: string;
  /** Where it finds the local twin; where it is by default when absent. */
  readonly twinFolder?: string;
}

/**
 * Runs a line of `sluice` in this process: to load it all in another takes longer than most commands last. What a process
 * does about it (arguments, streams, exit code) is shown by `test/twin/command-line.test.ts`. Not two lines at a time.
 */
export async function runInProcess(args: readonly string[], surroundings: Surroundings = {}): Promise<EndedCommand> {
  let [out, err] = ['', ''];
  const terminal: Terminal = {
    isColoured: false,
    out(text) {
      out += `${text}\n`;
    },
    note(text) {
      err += `${text}\n`;
    },
    progress() {},
    endProgress() {},
  };
  const restore = surround(surroundings);
  try {
    const code = await runCommandLine(args, terminal);
    return { code, out, err };
  } finally {
    restore();
  }
}

function surround({ cwd, twinFolder }: Surroundings): () => void {
  const before = { cwd: process.cwd(), twinFolder: process.env.SLUICE_TWIN_FOLDER };
  if (cwd !== undefined) process.chdir(cwd);
  if (twinFolder !== undefined) process.env.SLUICE_TWIN_FOLDER = twinFolder;
  return () => {
    process.chdir(before.cwd);
    if (before.twinFolder === undefined) delete process.env.SLUICE_TWIN_FOLDER;
    else process.env.SLUICE_TWIN_FOLDER = before.twinFolder;
  };
}
