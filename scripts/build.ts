// Bundles the app into dist/. This is what the twin and the tests run, and what `npm run package` ships.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundleOptions } from './bundle-options.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

rmSync(join(root, 'dist'), { recursive: true, force: true });
mkdirSync(join(root, 'dist'));
const { metafile } = await build(bundleOptions(root));
const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
writeFileSync(
  join(root, 'dist', 'build.json'),
  `${JSON.stringify({ files: Object.keys(metafile.outputs).length, bytes })}\n`,
);
