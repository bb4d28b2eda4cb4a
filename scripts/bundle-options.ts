import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { BuildOptions } from 'esbuild';
import { externals } from './externals.ts';

/** How the app is bundled: one ES module per door and per thread, what they share in chunks. The same bytes for the same sources. */
export const bundleOptions = (root: string) =>
  ({
    absWorkingDir: root,
    entryPoints: [...entriesIn(root, 'functions'), ...entriesIn(root, 'src/adapters/threads')],
    outdir: 'dist',
    chunkNames: 'chunks/[name]-[hash]',
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

/** The files of a folder, each to become a module of that name in a folder of the same name. */
const entriesIn = (root: string, folder: string) =>
  globSync(`${folder}/*.ts`, { cwd: root })
    .sort()
    .map((file) => ({ in: file, out: `${basename(folder)}/${basename(file, '.ts')}` }));
