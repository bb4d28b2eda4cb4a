/**
 * The process of the host: `node local/host/main.ts --app FOLDER [--port N] [--worker-arg ARG]...`. The app's settings are its
 * environment. Started with a channel to its parent it reports there and ends with it; else its log goes to stderr.
 */
import { parseArgs } from 'node:util';
import { FunctionHost } from './function-host.ts';
import type { FromHost, LaunchArguments, ToHost } from './launch-messages.ts';
import { type Log, messageOf } from './log.ts';

function readArguments(): LaunchArguments {
  const { values } = parseArgs({
    options: {
      app: { type: 'string' },
      port: { type: 'string', default: '0' },
      'worker-arg': { type: 'string', multiple: true, default: [] },
    },
  });
  if (values.app === undefined) throw new Error('--app FOLDER is needed: the folder with host.json and package.json.');
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port must be 0 to 65535, not ${values.port}.`);
  return { appFolder: values.app, port, workerExecArgv: values['worker-arg'] };
}

/** Resolves when the message is handed over, so that the process may end after it. */
function report(message: FromHost): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send?.(message, undefined, undefined, () => resolve());
    else resolve();
  });
}

const log: Log = (level, category, message) => {
  if (process.connected) report({ kind: 'log', level, category, message });
  else process.stderr.write(`[${level}] ${category}: ${message}\n`);
};

let isDraining = false;

/** Only the first call drains. */
async function drainAndEnd(host: FunctionHost, exitCode: number): Promise<void> {
  if (isDraining) return;
  isDraining = true;
  await host.drain();
  process.exit(exitCode);
}

function obeyParent(host: FunctionHost): void {
  process.on('disconnect', () => process.exit(1));
  process.on('message', async (message: ToHost) => {
    if (message.kind === 'drain') await drainAndEnd(host, 0);
    else report({ kind: 'worker-pid', id: message.id, pid: await host.workerPid() });
  });
}

try {
  const host: FunctionHost = new FunctionHost({
    ...readArguments(),
    environment: process.env,
    log,
    report,
    onFatal: (message) => {
      log('error', 'Host.Worker', message);
      drainAndEnd(host, 1);
    },
  });
  process.on('SIGTERM', () => drainAndEnd(host, 0));
  process.on('SIGINT', () => drainAndEnd(host, 0));
  obeyParent(host);
  const port = await host.start();
  const functions = host.functions.map(({ name, trigger }) => ({ name, trigger: trigger.type }));
  log(
    'information',
    'Host.Startup',
    `The host listens on http://127.0.0.1:${port} with ${functions.length} functions.`,
  );
  await report({ kind: 'ready', port, functions });
} catch (error) {
  log('error', 'Host.Startup', messageOf(error));
  await report({ kind: 'start-failed', message: messageOf(error) });
  process.exit(1);
}
