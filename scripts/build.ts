// Bundles the app: one ES module per door, what they share in chunks. This is what the twin, the tests and Azure run.
import { globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** `@azure/functions` keeps state per copy and is patched by telemetry; onnxruntime-node is native. Both stay in node_modules. */
const external = ['@azure/functions', '@azure/functions-core', 'onnxruntime-node'];

/** The exporter brings older copies of these; one of each is enough. */
const alias = Object.fromEntries(
  ['core', 'resources', 'sdk-metrics'].map((name) => [
    `@opentelemetry/${name}`,
    join(root, 'node_modules', '@opentelemetry', name),
  ]),
);

rmSync(join(root, 'dist'), { recursive: true, force: true });
mkdirSync(join(root, 'dist'));
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: globSync('functions/*.ts', { cwd: root }).sort(),
  outdir: 'dist/functions',
  chunkNames: '../chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  external,
  alias,
  sourcemap: 'linked',
  metafile: true,
  logLevel: 'warning',
  // CommonJS packages inside an ES module still ask for Node's own modules by require.
  banner: {
    js: "import { createRequire as $createRequire } from 'node:module'; const require = $createRequire(import.meta.url);",
  },
});
const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
writeFileSync(
  join(root, 'dist', 'build.json'),
  `${JSON.stringify({ files: Object.keys(metafile.outputs).length, bytes })}\n`,
);
