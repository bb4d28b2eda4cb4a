import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, jsonOption, text } from '../command.ts';
import { UsageError } from '../usage-error.ts';

const project = fileURLToPath(new URL('../../..', import.meta.url));
/** Part of the local twin, which is no part of what is shipped. */
const chaosMain = 'local/chaos/main.ts';

export const chaos: Command = {
  name: 'chaos',
  summary: 'Pulls a plug of the local twin and shows where every event ended.',
  operands: '[DISASTER]',
  options: {
    full: { type: 'boolean', help: 'At full size: minutes instead of seconds.' },
    seed: { type: 'string', value: 'N', help: 'Decides what is struck, and when (1).' },
    json: jsonOption,
  },
  examples: ['sluice chaos', 'sluice chaos D1', 'sluice chaos D12 --full --json'],
  async run({ operands, options }) {
    if (operands.length > 1) throw new UsageError('Say one DISASTER. See: sluice chaos');
    if (!existsSync(join(project, chaosMain)))
      throw new UsageError('The disasters belong to the local twin: run this in a checkout of the project.');
    const [disaster] = operands;
    const seed = text(options, 'seed');
    return runToEnd([
      ...(disaster === undefined ? ['--list'] : ['--running', disaster]),
      ...(options.full === true ? [] : ['--short']),
      ...(seed === undefined ? [] : ['--seed', seed]),
      ...(options.json === true ? ['--json'] : []),
    ]);
  },
};

/** Its output is the command's, and so is its exit code. A twin of its own needs the built app, which is built first. */
function runToEnd(args: readonly string[]): Promise<number> {
  const launch = join(project, 'scripts', 'launch.mjs');
  const child = spawn(process.execPath, [launch, chaosMain, ...args], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
