// node scripts/launch.mjs FILE.ts ARGS...       prepares, then runs FILE.ts under the pinned Node
// node scripts/launch.mjs --bin COMMAND ARGS... the same for a command of an installed package
//
// npm runs no pre-scripts where ignore-scripts is set, as it is here: so each script of package.json comes through this file.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pinnedNode } from './pinned-node.mjs';
import { prepare } from './prepare.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Where the JavaScript of each command lies: through node_modules/.bin it would run under the caller's Node. */
const packageOf = { tsc: 'typescript', biome: '@biomejs/biome', vitest: 'vitest' };

function scriptOf(command) {
  const folder = join(root, 'node_modules', packageOf[command] ?? command);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bin === 'string' ? bin : bin[command]);
}

/** Where Node keeps what it has compiled: whatever is started after the first time starts in half the time. */
const compileCache = join(root, 'node_modules', '.cache', 'compiled');

/** Runs a script under the pinned Node and ends as it ends. Ctrl-C reaches the child by itself: here it must only not kill us first. */
export function runUnderPinnedNode(script, args) {
  const child = spawn(pinnedNode(), ['--disable-warning=ExperimentalWarning', script, ...args], {
    stdio: 'inherit',
    env: { NODE_COMPILE_CACHE: compileCache, ...process.env },
  });
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}

function main([first, second, ...rest]) {
  const isCommand = first === '--bin';
  prepare({ needsBuild: isCommand ? second === 'vitest' : !first.endsWith('build.ts') });
  const script = isCommand ? scriptOf(second) : join(root, first);
  runUnderPinnedNode(script, isCommand ? rest : [second, ...rest].filter((arg) => arg !== undefined));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    main(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exit(3);
  }
}
