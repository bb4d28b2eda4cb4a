import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { project } from '../docs/markdown.ts';

export interface EndedCommand {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `sluice` as a user does. @param folder where it finds the local twin */
export function runCommand(folder: string, args: readonly string[]): Promise<EndedCommand> {
  const env = { ...process.env, SLUICE_TWIN_FOLDER: folder };
  const words = ['--disable-warning=ExperimentalWarning', join(project, 'src', 'cli', 'main.ts'), ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, words, { env, maxBuffer: 64 << 20 }, (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, out, err }),
    );
  });
}
