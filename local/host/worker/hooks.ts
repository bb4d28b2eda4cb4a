type HookCallback = (context: object) => unknown;

const hooks: Readonly<Record<string, HookCallback[]>> = {
  appStart: [],
  appTerminate: [],
  preInvocation: [],
  postInvocation: [],
  log: [],
};

/** Data that hooks share: `app` among all of them, `appLevel` among those of the app's start and end. */
export const hookData = { app: {}, appLevel: {} };

/**
 * Adds a hook behind those registered before it.
 * @returns takes it away again
 * @throws {RangeError} for a name the worker does not know
 */
export function registerHook(name: string, callback: HookCallback): () => void {
  const callbacks = Object.hasOwn(hooks, name) ? hooks[name] : undefined;
  if (callbacks === undefined) {
    // The library tells this error of the worker from one of the app by the flag.
    throw Object.assign(new RangeError(`Unrecognized hook "${name}"`), { isAzureFunctionsSystemError: true });
  }
  callbacks.push(callback);
  return () => {
    const index = callbacks.indexOf(callback);
    if (index >= 0) callbacks.splice(index, 1);
  };
}

/** Runs the hooks one after the other; the first one that throws ends it. */
export async function executeHooks(
  name: 'appStart' | 'appTerminate' | 'preInvocation' | 'postInvocation',
  context: object,
) {
  for (const callback of hooks[name] ?? []) await callback(context);
}

export interface CoreLogLine {
  level: string;
  message: string;
  readonly category: string;
}

let isInLogHook = false;

/** A line as the log hooks leave it; what a hook itself logs goes past the hooks. */
export function executeLogHooks(line: CoreLogLine): CoreLogLine {
  if (isInLogHook || hooks.log?.length === 0) return line;
  const context = { ...line, hookData: {}, appHookData: hookData.app };
  isInLogHook = true;
  try {
    for (const callback of hooks.log ?? []) callback(context);
  } finally {
    isInLogHook = false;
  }
  return context;
}
