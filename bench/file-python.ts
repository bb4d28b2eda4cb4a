import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Figure } from './harness.ts';

/** Files of the benches beside polars and DuckDB with ONNX Runtime in Python, on this machine and in this run. */
export function besidePython(
  python: string,
  model: string,
  files: readonly { readonly path: string; readonly figure: Figure }[],
): Figure[] {
  const script = fileURLToPath(new URL('../training/bench_files.py', import.meta.url));
  const printed = execFileSync(python, [script, model, ...files.map(({ path }) => path)], {
    encoding: 'utf8',
    env: { ...process.env, POLARS_MAX_THREADS: '1' },
  });
  const rates = JSON.parse(printed) as Record<string, Record<string, number>>;
  return files.flatMap(({ path, figure }) => {
    const ending = path.slice(path.lastIndexOf('.') + 1);
    return Object.entries(rates[ending] ?? {}).map(([library, baselinePerSecond]) => ({
      name: `${figure.name}.${library}`,
      what: `rows/s of ${figure.name} over ${library} and ONNX Runtime doing the same in Python, one thread each`,
      unit: 'rows',
      perSecond: figure.perSecond ?? Number.NaN,
      baselinePerSecond,
      ratio: (figure.perSecond ?? Number.NaN) / baselinePerSecond,
    }));
  });
}
