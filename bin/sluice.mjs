#!/usr/bin/env node
// The `sluice` command: src/cli/main.ts under the pinned Node.
import { fileURLToPath } from 'node:url';
import { runUnderPinnedNode } from '../scripts/launch.mjs';
import { prepare } from '../scripts/prepare.mjs';

try {
  prepare({ needsBuild: false });
  runUnderPinnedNode(fileURLToPath(new URL('../src/cli/main.ts', import.meta.url)), process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(3);
}
