// What a fresh clone lacks is put there before anything runs: npm packages, then the built app.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { oneAtATime } from './one-at-a-time.mjs';
import { pinnedNode } from './pinned-node.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const changedAt = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

/** npm writes this file last, so an interrupted install does not count as one. */
function isInstalled() {
  const installed = changedAt(join(root, 'node_modules', '.package-lock.json'));
  return installed > 0 && installed >= changedAt(join(root, 'package-lock.json'));
}

function install() {
  process.stderr.write('Installing packages (once, about a minute) ...\n');
  const npm = process.env.npm_execpath;
  const [command, ...args] = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm'];
  const flags = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, error } = spawnSync(command, [...args, ...flags], {
    cwd: root,
    stdio: ['ignore', process.stderr, process.stderr],
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
    shell: process.platform === 'win32' && command === 'npm',
  });
  if (status === 0) return;
  throw new Error(`npm ci failed${error ? `: ${error.message}` : ''}. Is the npm registry in reach? Try: npm ci`);
}

/** The newest change among the files that the bundle is made of, in ms. */
function newestSource(folder) {
  let newest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) newest = Math.max(newest, changedAt(join(entry.parentPath ?? entry.path, entry.name)));
  }
  return newest;
}

function isBuilt() {
  const built = changedAt(join(root, 'dist', 'build.json'));
  const sources = ['functions', 'src', 'scripts'].map((folder) => newestSource(join(root, folder)));
  return built > Math.max(...sources, changedAt(join(root, 'package.json')));
}

function build() {
  const script = join(root, 'scripts', 'build.ts');
  const { status } = spawnSync(pinnedNode(), ['--disable-warning=ExperimentalWarning', script], {
    cwd: root,
    stdio: ['ignore', process.stderr, process.stderr],
  });
  if (status !== 0) throw new Error('The build failed; the lines above say where.');
}

/** Installs and builds what is missing or stale; says nothing when all is there. */
export function prepare({ needsBuild = true } = {}) {
  const isReady = () => isInstalled() && (!needsBuild || isBuilt());
  if (isReady()) return;
  oneAtATime(join(root, '.preparing'), () => {
    if (!isInstalled()) install();
    if (needsBuild && !isBuilt()) build();
  });
}
