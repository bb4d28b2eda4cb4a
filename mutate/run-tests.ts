import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Guard } from './protection.ts';

/** Of vitest's report in JSON, what is read here. */
interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

/** How the tests of a guard ended; both are 0 where none of them ran to its end. */
export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  /** What the first of them that failed says. */
  readonly said: string | undefined;
}

/** A run that takes longer is ended; so are its tests by their own limits, long before. */
const runMsMax = 900_000;
const outputBytesMax = 64 * 2 ** 20;

/** Runs the tests of some guards, all of one project, and tells how those of each ended. */
export async function runTests(
  folder: string,
  guards: readonly Guard[],
  signal: AbortSignal,
): Promise<(guard: Guard) => Outcome> {
  const report = join(folder, 'test-report.json');
  await rm(report, { force: true });
  const [first] = guards as [Guard];
  await run(folder, signal, [
    join(folder, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    ...['--project', projectOf(first)],
    ...['--reporter', 'json', '--outputFile', report],
    ...['--testNamePattern', `(^| > )(${[...new Set(guards.map(({ name }) => literally(name)))].join('|')})$`],
    ...new Set(guards.map(({ file }) => file)),
  ]);
  const { testResults } = await readReport(report);
  return ({ file, name }) => {
    const ended = testResults
      .filter((result) => result.name.endsWith(`/${file}`))
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ ancestorTitles, title }) => [...ancestorTitles, title].join(' > ') === name);
    const count = (status: string) => ended.filter((each) => each.status === status).length;
    const [said] = ended.flatMap(({ failureMessages = [] }) =>
      failureMessages.map((message) => message.split('\n')[0]),
    );
    return { passed: count('passed'), failed: count('failed'), said };
  };
}

/** Builds the app of the copy, which is what the twin runs. */
export const buildApp = (folder: string, signal: AbortSignal): Promise<void> =>
  run(folder, signal, [join(folder, 'scripts', 'build.ts')]);

/** The project of vitest.config.ts that runs the guard: those of the twin run what is built. */
export const projectOf = ({ file }: Guard): 'twin' | 'unit' => (file.startsWith('test/twin/') ? 'twin' : 'unit');

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Without a report nothing of what should run did. */
const readReport = async (file: string): Promise<Report> =>
  JSON.parse(await readFile(file, 'utf8').catch(() => '{"testResults":[]}')) as Report;

/** Runs a script under this Node to its end, whatever that is: its traces say what came of it. */
function run(cwd: string, signal: AbortSignal, args: readonly string[]): Promise<void> {
  const options = { cwd, signal, timeout: runMsMax, maxBuffer: outputBytesMax };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], options, (error) => {
      if (signal.aborted) reject(error ?? signal.reason);
      else resolve();
    });
  });
}
