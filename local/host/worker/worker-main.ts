/**
 * The worker: a process of its own that loads the app and runs its handlers. The app may throw, hang, exit or crash here
 * without harm to the host's listeners.
 */
import { Worker } from 'node:worker_threads';
import { provideCoreModule, registry } from './core-module.ts';
import { executeHooks, hookData } from './hooks.ts';
import { loadApp } from './load-app.ts';
import { runInvocation, toInvocationError } from './run-invocation.ts';
import { allSent, sendToHost } from './to-host.ts';
import { logFromCore } from './worker-log.ts';
import { type FunctionMetadata, type ToWorker, workerVariables } from './worker-messages.ts';

/** What the Functions worker for Node can do; an app adds to it through `app.setup`. */
const defaultCapabilities = {
  RawHttpBodyBytes: 'true',
  RpcHttpTriggerMetadataRemoved: 'true',
  RpcHttpBodyOnly: 'true',
  IgnoreEmptyValuedRpcHttpHeaders: 'true',
  UseNullableValueDictionaryForHttp: 'true',
  WorkerStatus: 'true',
  TypedDataCollection: 'true',
  HandlesWorkerTerminateMessage: 'true',
};

/** The host decides when the worker ends: Ctrl-C reaches both, and the host still needs the worker while it drains. */
function endWithHost(): void {
  process.on('SIGINT', () => {});
  process.on('disconnect', () => process.exit(0));
  // A handler that never returns to the event loop would never see the disconnect: a thread watches for it.
  const watch = new Worker(new URL('./orphan-watch.ts', import.meta.url), { workerData: process.ppid });
  watch.unref();
}

/** Ends when the host has what was said last. */
async function endWith(exitCode: number): Promise<void> {
  await allSent();
  process.exit(exitCode);
}

/** An error that nobody caught leaves the app in an unknown state: the Functions worker ends, and so does this one. */
function endOnUncaughtError(): void {
  process.on('uncaughtException', (error: unknown) => {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    logFromCore(
      { level: 'error', category: 'system', message: `Worker uncaught exception: ${stack}` },
      'Host.Function',
    );
    endWith(1);
  });
}

/** Only what JSON can carry reaches the host, as in the Functions worker. */
function functionsOfApp(): FunctionMetadata[] {
  return [...registry.functions.values()].map(({ metadata }) => JSON.parse(JSON.stringify(metadata)));
}

async function start(appFolder: string): Promise<void> {
  try {
    await loadApp(appFolder);
    await executeHooks('appStart', {
      hookData: hookData.appLevel,
      appHookData: hookData.app,
      functionAppDirectory: appFolder,
    });
    registry.isLocked = true;
    const capabilities =
      (await registry.programmingModel?.getCapabilities?.({ ...defaultCapabilities })) ?? defaultCapabilities;
    sendToHost({ kind: 'loaded', functions: functionsOfApp(), capabilities });
  } catch (error) {
    sendToHost({ kind: 'load-failed', message: error instanceof Error ? error.message : String(error) });
    await endWith(1);
  }
}

async function terminate(): Promise<void> {
  try {
    await executeHooks('appTerminate', { hookData: hookData.appLevel, appHookData: hookData.app });
  } catch (error) {
    const { message } = toInvocationError(error);
    logFromCore(
      { level: 'error', category: 'system', message: `A hook of appTerminate failed: ${message}` },
      'Host.Function',
    );
  }
  await endWith(0);
}

async function onMessage(message: ToWorker): Promise<void> {
  if (message.kind === 'terminate') return terminate();
  const { request } = message;
  try {
    const response = await runInvocation(request);
    sendToHost({ kind: 'succeeded', invocationId: request.invocationId, response });
  } catch (error) {
    sendToHost({ kind: 'failed', invocationId: request.invocationId, error: toInvocationError(error) });
  }
}

endWithHost();
endOnUncaughtError();
provideCoreModule();
process.on('message', onMessage);
await start(process.env[workerVariables.appFolder] ?? process.cwd());
