/** `npm run mutate`: a test that cannot fail protects nothing. Takes protections out and looks whether their tests notice. */
import { fileURLToPath } from 'node:url';
import { formatTable } from '../src/cli/table.ts';
import { paint, processTerminal } from '../src/cli/terminal.ts';
import { exitCodes, UsageError } from '../src/cli/usage-error.ts';
import { type MutateOptions, readMutateOptions, usage } from './mutate-options.ts';
import { SourceCopy } from './source-copy.ts';
import { type Trial, tryProtections } from './try-protection.ts';

const terminal = processTerminal();
const root = fileURLToPath(new URL('..', import.meta.url));

const rowOf = ({ protection: { id, figures, protects, guard }, verdict, seconds }: Trial) => [
  id,
  figures.join(' '),
  verdict,
  `${seconds} s`,
  protects,
  guard.file,
];

const lineOf = ({ protection: { id, figures, file, guard }, verdict, seconds }: Trial) =>
  JSON.stringify({ mutation: id, figures, file, test: guard.file, name: guard.name, verdict, seconds });

async function tryAll({ chosen, isJson }: MutateOptions, signal: AbortSignal): Promise<readonly Trial[]> {
  const copy = await SourceCopy.of(root);
  const trials: Trial[] = [];
  try {
    terminal.progress(`Running ${chosen.length} tests without a mutation ...`);
    for await (const trial of tryProtections(copy, chosen, signal)) {
      trials.push(trial);
      if (trial.said !== undefined) terminal.note(`${trial.protection.id} without a mutation: ${trial.said}`);
      if (isJson) terminal.out(lineOf(trial));
      terminal.progress(`${trials.length} of ${chosen.length}: ${trial.protection.id} ${trial.verdict}`);
    }
  } finally {
    terminal.endProgress();
    await copy.remove();
  }
  return trials;
}

async function main(): Promise<number> {
  const options = readMutateOptions(process.argv.slice(2));
  if (options.isHelp) {
    terminal.out(usage);
    return exitCodes.done;
  }
  if (options.isList) {
    const rows = options.chosen.map(({ id, figures, protects, guard }) => [
      id,
      figures.join(' '),
      protects,
      guard.name,
    ]);
    terminal.out(formatTable(['id', 'figures', 'what it protects', 'test'], rows));
    return exitCodes.done;
  }
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  const trials = await tryAll(options, interrupted.signal);
  const left = trials.filter(({ verdict }) => verdict !== 'killed');
  if (!options.isJson) {
    terminal.out(formatTable(['id', 'figures', 'verdict', 'took', 'what it protects', 'test'], trials.map(rowOf)));
    const sum = `${trials.length - left.length} of ${trials.length} mutations were noticed by their tests.`;
    terminal.out(`\n${paint(terminal, left.length === 0 ? 'green' : 'red', sum)}`);
  }
  return left.length === 0 ? exitCodes.done : exitCodes.no;
}

try {
  process.exitCode = await main();
} catch (error) {
  terminal.note(error instanceof Error ? error.message : String(error));
  process.exitCode = error instanceof UsageError ? exitCodes.usage : exitCodes.no;
}
