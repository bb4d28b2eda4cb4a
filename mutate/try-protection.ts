import { occurrences, type Protection } from './protection.ts';
import { buildApp, type Outcome, projectOf, runTests } from './run-tests.ts';
import type { SourceCopy } from './source-copy.ts';

/**
 * What came of taking a protection out. Only `killed` is good: its test failed. `survived`: nobody noticed. `broken`: its
 * test did not even begin, which proves nothing. `not green`: it fails without any mutation. `text gone`: the text is not
 * there exactly once.
 */
export type Verdict = 'killed' | 'survived' | 'broken' | 'not green' | 'text gone';

export interface Trial {
  readonly protection: Protection;
  readonly verdict: Verdict;
  readonly seconds: number;
  /** Why the test fails without a mutation. */
  readonly said?: string;
}

/** Takes protections out, one at a time, each in a tree that is otherwise whole. */
export async function* tryProtections(
  copy: SourceCopy,
  protections: readonly Protection[],
  signal: AbortSignal,
): AsyncGenerator<Trial> {
  // The twin runs what is built, and so do a few tests beside it.
  await buildApp(copy.folder, signal);
  for (const project of ['unit', 'twin'] as const) {
    const some = protections.filter(({ guard }) => projectOf(guard) === project);
    if (some.length === 0) continue;
    const guards = some.map(({ guard }) => guard);
    const isGreen = await runTests(copy.folder, guards, signal);
    for (const protection of some) {
      const started = performance.now();
      const whole = isGreen(protection.guard);
      const verdict = await verdictOn(copy, protection, whole, signal);
      const seconds = Math.round((performance.now() - started) / 100) / 10;
      yield { protection, verdict, seconds, ...(whole.said !== undefined && { said: whole.said }) };
    }
  }
}

async function verdictOn(
  copy: SourceCopy,
  { file, text, without, guard }: Protection,
  whole: Outcome,
  signal: AbortSignal,
): Promise<Verdict> {
  const source = await copy.read(file).catch(() => '');
  if (occurrences(source, text) !== 1) return 'text gone';
  if (whole.passed === 0 || whole.failed > 0) return 'not green';
  const isBuilt = projectOf(guard) === 'twin';
  await copy.write(
    file,
    source.replace(text, () => without),
  );
  try {
    if (isBuilt) await buildApp(copy.folder, signal);
    const { passed, failed } = (await runTests(copy.folder, [guard], signal))(guard);
    if (failed > 0) return 'killed';
    return passed > 0 ? 'survived' : 'broken';
  } finally {
    await copy.write(file, source);
  }
}
