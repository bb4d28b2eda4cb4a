import { parseArgs } from 'node:util';
import packageJson from '../../package.json' with { type: 'json' };
import { ScoringError } from '../core/fault.ts';
import { closestTo } from '../core/suggest.ts';
import type { Command, OptionSpec, OptionValues } from './command.ts';
import { commandTable } from './command-table.ts';
import type { Terminal } from './terminal.ts';
import { exitCodes, UnreachableError, UsageError } from './usage-error.ts';

const everywhere: Readonly<Record<string, OptionSpec>> = {
  help: { type: 'boolean', short: 'h', help: 'Show this help.' },
};

async function generalHelp(): Promise<string> {
  const commands = await Promise.all(Object.values(commandTable).map((load) => load()));
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    'sluice <command> [options]',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'Each command works against the local twin (start it with: npm start), or against Azure with --connection.',
    'sluice <command> --help shows its options. Exit codes: 0 done, 1 the answer is no, 2 used wrongly or bad input,',
    '3 a service is out of reach.',
  ].join('\n');
}

function commandHelp({ name, summary, operands, options, examples }: Command): string {
  const rows = Object.entries({ ...options, ...everywhere }).map(([option, { short, value, type, help }]) => {
    const flag = `${short === undefined ? '' : `-${short}, `}--${option}${type === 'string' ? ` ${value ?? 'VALUE'}` : ''}`;
    return [flag, help] as const;
  });
  const width = Math.max(...rows.map(([flag]) => flag.length));
  return [
    `sluice ${name} ${operands}`.trimEnd(),
    summary,
    '',
    ...rows.map(([flag, help]) => `  ${flag.padEnd(width)}  ${help}`),
    '',
    'Examples:',
    ...examples.map((example) => `  ${example}`),
  ].join('\n');
}

function parse(command: Command, args: readonly string[]): { operands: string[]; options: OptionValues } {
  const specs = { ...command.options, ...everywhere };
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, { type, short, multiple }]) => [
      name,
      { type, ...(short && { short }), ...(multiple && { multiple }) },
    ]),
  );
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { operands: positionals, options: values as OptionValues };
  } catch (error) {
    const unknown = /'--?([\w-]+)'/.exec((error as Error).message)?.[1];
    const hint = unknown === undefined ? undefined : closestTo(unknown, Object.keys(specs));
    const meant = hint === undefined ? '' : ` Is --${hint} meant?`;
    throw new UsageError(`${(error as Error).message.split('.')[0]}.${meant} See: sluice ${command.name} --help`);
  }
}

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    terminal.out(await generalHelp());
    return name === undefined ? exitCodes.usage : exitCodes.done;
  }
  if (name === '--version') {
    terminal.out(packageJson.version);
    return exitCodes.done;
  }
  const load = Object.hasOwn(commandTable, name) ? commandTable[name] : undefined;
  if (load === undefined) {
    const hint = closestTo(name, Object.keys(commandTable));
    throw new UsageError(
      `There is no command "${name}".${hint === undefined ? '' : ` Is "${hint}" meant?`} See: sluice --help`,
    );
  }
  const command = await load();
  const { operands, options } = parse(command, rest);
  if (options.help === true) {
    terminal.out(commandHelp(command));
    return exitCodes.done;
  }
  return command.run({ operands, options, terminal });
}

/** What is wrong with a file that somebody wrote is bad input; what a service keeps back is not. */
function exitCodeOf(error: unknown): number {
  if (error instanceof UnreachableError) return exitCodes.unreachable;
  const isBadInput =
    error instanceof ScoringError && /^(model|manifest|package|fit|expression|file|csv|json)\./.test(error.code);
  return error instanceof UsageError || isBadInput ? exitCodes.usage : exitCodes.no;
}

/**
 * Runs one line of `sluice`, without the name of the command itself.
 * @returns the exit code; what went wrong is noted on the terminal
 */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await run(args, terminal);
  } catch (error) {
    terminal.note(error instanceof Error ? error.message : String(error));
    return exitCodeOf(error);
  }
}
