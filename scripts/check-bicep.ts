// npm run bicep: everything at hand that judges infra/. Exit 0 all of it finds nothing, 1 something is wrong, 3 nothing is at hand.
import { spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Types, names, references and policy, without Azure; not part of this repository. */
const checker = fileURLToPath(new URL('../../shared/tools/bicep-check.mjs', import.meta.url));

/** Runs one tool. @returns whether it found nothing */
function finds(command: string, args: readonly string[]): boolean {
  process.stdout.write(`== ${command} ${args.join(' ')}\n`);
  const { status } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  return status === 0;
}

const has = (command: string) => spawnSync(command, ['--version'], { stdio: 'ignore' }).error === undefined;

const results: boolean[] = [];
if (existsSync(checker)) results.push(finds(process.execPath, [checker, '--policy', '--strict', 'infra']));
if (has('bicep')) {
  results.push(finds('bicep', ['build', 'infra/main.bicep', '--stdout']));
  results.push(finds('bicep', ['lint', 'infra/main.bicep']));
  for (const file of globSync('infra/*.bicepparam', { cwd: root }).sort())
    results.push(finds('bicep', ['build-params', file, '--stdout']));
}
if (results.length === 0) {
  process.stderr.write('There is nothing to check with: install bicep (az bicep install) and put it on the PATH.\n');
  process.exitCode = 3;
} else process.exitCode = results.every(Boolean) ? 0 : 1;
