/** `npm start`: the whole system on this machine, fed for a few seconds, then up until Ctrl-C. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { processTerminal } from '../src/cli/terminal.ts';
import { runningTwin, twinFolder } from '../src/cli/twin-file.ts';
import { exitCodes } from '../src/cli/usage-error.ts';
import { printDemo, printNext } from './demo/print-demo.ts';
import { runDemo } from './demo/run-demo.ts';
import type { LogLine } from './host/log.ts';
import { startServices, usualPorts } from './services/start-services.ts';
import { settingsOf, startTwin, type Twin } from './twin.ts';

const usage = `npm start -- [options]
Starts the local twin, feeds it for a few seconds and shows what came of it; stays up until Ctrl-C.

  --once         End after the demo: exit 0 only if every record is accounted for.
  --fresh        Throw away what earlier runs left in .sluice/ first.
  --no-demo      Start the twin only.
  --services     Start storage, Cosmos DB and Event Hubs only, for a host of your own (func start).
  --port N       Port of HTTP (7071; a free one when it is taken).
  --events N     Events of the demo (2000).
  --rate N       Events a second (1000).
  --verbose      Show the log of the app.
  -h, --help     Show this help.`;

const terminal = processTerminal();

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        once: { type: 'boolean', default: false },
        fresh: { type: 'boolean', default: false },
        'no-demo': { type: 'boolean', default: false },
        services: { type: 'boolean', default: false },
        port: { type: 'string', default: '7071' },
        events: { type: 'string', default: '2000' },
        rate: { type: 'string', default: '1000' },
        verbose: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const [port, events, rate] = [Number(values.port), Number(values.events), Number(values.rate)];
    if (![port, events, rate].every((value) => Number.isInteger(value) && value > 0)) {
      throw new Error('--port, --events and --rate are whole numbers above 0');
    }
    return { ...values, port, events, rate };
  } catch (error) {
    terminal.note(`${(error as Error).message}\n\n${usage}`);
    return process.exit(exitCodes.usage);
  }
}

function showLog(isVerbose: boolean): (line: LogLine) => void {
  return ({ level, category, message }) => {
    if (isVerbose || level === 'error') terminal.note(`${level.padEnd(11)} ${category}: ${message}`);
  };
}

/** A host that stops by itself (its worker died too often) is started again, as the platform does it. */
async function supervise(twin: Twin, isEnding: () => boolean): Promise<void> {
  while (true) {
    const { code, signal } = await twin.host().ended;
    if (isEnding()) return;
    terminal.note(`The host ended (${signal ?? `code ${code}`}); it is started again.`);
    await twin.restartHost();
  }
}

/** Only the services, until Ctrl-C: another host then runs the app. */
async function runServices(folder: string, interrupted: Promise<void>): Promise<number> {
  const services = await startServices({ folder, ports: usualPorts });
  terminal.out(
    `The services are up:\n${Object.entries(settingsOf(services.connections))
      .map(([name, value]) => `  ${name}=${value}`)
      .join('\n')}`,
  );
  await interrupted;
  await services.close();
  return exitCodes.done;
}

async function main(): Promise<number> {
  const options = readOptions();
  if (options.help) {
    terminal.out(usage);
    return exitCodes.done;
  }
  const folder = twinFolder();
  const other = runningTwin();
  if (other !== undefined) {
    terminal.note(
      `The twin runs already: ${other.url} (process ${other.pid}). End it with Ctrl-C in its terminal first.`,
    );
    return exitCodes.unreachable;
  }
  if (options.fresh) rmSync(folder, { recursive: true, force: true });

  let isEnding = false;
  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  if (options.services) return runServices(folder, interrupted);
  terminal.progress('Starting storage, Cosmos DB, Event Hubs, host and worker ...');
  const started = performance.now();
  const twin = await startTwin({ folder, ports: usualPorts, httpPort: options.port, onLog: showLog(options.verbose) });
  const end = async () => {
    isEnding = true;
    terminal.progress('Draining ...');
    await twin.close();
    terminal.endProgress();
  };
  void supervise(twin, () => isEnding);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  terminal.out(
    `The twin is up after ${seconds} s: ${twin
      .host()
      .functions.map(({ name }) => name)
      .join(', ')} at ${twin.url}`,
  );

  let isGood = true;
  try {
    if (!options['no-demo']) {
      const demo = runDemo(twin, {
        events: options.events,
        eventsPerSecond: options.rate,
        rows: 10_000,
        calls: 10,
        folder: join(folder, 'demo'),
        onProgress: terminal.progress,
      });
      const result = await Promise.race([demo, interrupted]);
      if (result !== undefined) isGood = printDemo(terminal, result);
    }
    if (!options.once) {
      printNext(terminal, twin);
      await interrupted;
    }
  } finally {
    await end();
  }
  return isGood ? exitCodes.done : exitCodes.no;
}

try {
  process.exitCode = await main();
} catch (error) {
  terminal.note(error instanceof Error ? error.message : String(error));
  process.exitCode = exitCodes.unreachable;
}
