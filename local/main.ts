/** `npm start`: the whole system on this machine, fed for a few seconds, then up until Ctrl-C. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { processTerminal } from '../src/cli/terminal.ts';
import { runningTwin, twinFolder } from '../src/cli/twin-file.ts';
import { exitCodes, UsageError } from '../src/cli/usage-error.ts';
import { accessSettings } from '../src/core/resources.ts';
import { printDemo, printNext } from './demo/print-demo.ts';
import { runDemo } from './demo/run-demo.ts';
import { sendLive } from './demo/send-live.ts';
import type { LogLine } from './host/log.ts';
import { outboundHubsOf } from './services/route-hubs.ts';
import { type ServicePorts, startServices } from './services/start-services.ts';
import { readStartOptions, usage } from './start-options.ts';
import { settingsOf, startTwin } from './twin.ts';

const terminal = processTerminal();
const modelsFolder = fileURLToPath(new URL('../models', import.meta.url));

/** Who may call is for whoever starts the twin to say: `SLUICE_ANONYMOUS=off npm start`. */
function accessOfEnvironment(): Record<string, string> {
  const given = Object.values(accessSettings).map((name) => [name, process.env[name]] as const);
  return Object.fromEntries(
    given.filter((entry): entry is readonly [(typeof entry)[0], string] => entry[1] !== undefined),
  );
}

function showLog(isVerbose: boolean): (line: LogLine) => void {
  return ({ level, category, message }) => {
    if (isVerbose || level === 'error') terminal.note(`${level.padEnd(11)} ${category}: ${message}`);
  };
}

/** Only the services, until Ctrl-C: another host then runs the app. */
async function runServices(folder: string, ports: ServicePorts, interrupted: Promise<void>): Promise<number> {
  const services = await startServices({ folder, ports, hubs: outboundHubsOf(modelsFolder) });
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
  const options = readStartOptions(process.argv.slice(2));
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

  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  if (options.services) return runServices(folder, options.ports, interrupted);
  terminal.progress('Starting storage, Cosmos DB, Event Hubs, host and worker ...');
  const started = performance.now();
  const twin = await startTwin({
    folder,
    ports: options.ports,
    httpPort: options.port,
    instances: options.instances,
    isSupervised: true,
    profile: options.profile,
    settings: accessOfEnvironment(),
    onHostEnd: ({ code, signal }) =>
      terminal.note(`The host ended (${signal ?? `code ${code}`}); it is started again.`),
    onLog: showLog(options.verbose),
  });
  const end = async () => {
    terminal.progress('Draining ...');
    await twin.close();
    terminal.endProgress();
  };
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
        seed: options.seed,
        folder: join(folder, 'demo'),
        onProgress: terminal.progress,
      });
      const result = await Promise.race([demo, interrupted]);
      if (result !== undefined) isGood = printDemo(terminal, result);
    }
    if (!options.once) {
      printNext(terminal, twin);
      if (options.live) await sendLive(twin.connections.events, { ...options, until: interrupted, terminal });
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
  process.exitCode = error instanceof UsageError ? exitCodes.usage : exitCodes.unreachable;
}
