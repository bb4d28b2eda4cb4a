import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

export interface CommandResult {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a command of `sluice` as a user does. @param twinFolder where it finds the local twin */
export function runSluice(twinFolder: string, args: readonly string[]): Promise<CommandResult> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, SLUICE_TWIN_FOLDER: twinFolder },
  });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, err }));
  });
}

/** The same, for a step that must succeed. @throws {Error} with what the command wrote */
export async function sluice(twinFolder: string, ...args: string[]): Promise<string> {
  const { code, out, err } = await runSluice(twinFolder, args);
  if (code === 0) return out;
  throw new Error(`sluice ${args.join(' ')} ended with ${code}: ${err || out}`);
}
