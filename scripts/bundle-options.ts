import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';
import { externals } from './externals.ts';

/** How the app is bundled: one ES module per door, what they share in chunks. The same bytes for the same sources. */
export const bundleOptions = (root: string) =>
  ({
    absWorkingDir: root,
    entryPoints: globSync('functions/*.ts', { cwd: root }).sort(),
    outdir: 'dist/functions',
    chunkNames: '../chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    external: externals.map(({ name }) => name),
    // The exporter brings older copies of these; one of each is enough.
    alias: Object.fromEntries(
      ['core', 'resources', 'sdk-metrics'].map((name) => [
        `@opentelemetry/${name}`,
        join(root, 'node_modules', '@opentelemetry', name),
      ]),
    ),
    sourcemap: 'linked',
    metafile: true,
    logLevel: 'warning',
    // CommonJS packages inside an ES module still ask for Node's own modules by require.
    banner: {
      js: "import { createRequire as $createRequire } from 'node:module'; const require = $createRequire(import.meta.url);",
    },
  }) satisfies BuildOptions;
