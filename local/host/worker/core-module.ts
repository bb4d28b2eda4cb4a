/**
 * The module `@azure/functions-core`, which exists nowhere but inside a worker: `@azure/functions` requires it to register
 * the app's functions and hooks.
 */
import Module from 'node:module';
import { executeLogHooks, registerHook } from './hooks.ts';
import { logFromCore } from './worker-log.ts';
import type { FunctionMetadata, RetryOptions } from './worker-messages.ts';
import { versions } from './worker-messages.ts';

export type Callback = (...args: unknown[]) => unknown;

/** What `@azure/functions` gives the worker for one invocation. */
export interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: Callback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<{ returnValue?: unknown; outputData?: unknown }>;
}

export interface ProgrammingModel {
  readonly name: string;
  readonly version: string;
  getInvocationModel(coreContext: object): InvocationModel | Promise<InvocationModel>;
  getCapabilities?(defaults: Record<string, string>): Record<string, string> | Promise<Record<string, string>>;
}

interface RegisteredFunction {
  readonly metadata: FunctionMetadata;
  readonly callback: Callback;
}

interface MetadataGiven {
  readonly name: string;
  readonly functionId?: string;
  readonly bindings: FunctionMetadata['bindings'];
  readonly retryOptions?: RetryOptions;
}

/** What the app registered while it was loaded. */
export const registry = {
  functions: new Map<string, RegisteredFunction>(),
  programmingModel: undefined as ProgrammingModel | undefined,
  isLocked: false,
};

/** Runs a callback once, when it is asked to. */
export class Disposable {
  #callback: (() => unknown) | undefined;

  constructor(callback: () => unknown) {
    this.#callback = callback;
  }

  static from(...disposables: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      for (const disposable of disposables) disposable.dispose();
    });
  }

  dispose(): void {
    this.#callback?.();
    this.#callback = undefined;
  }
}

function registerFunction(given: MetadataGiven, callback: Callback): Disposable {
  if (registry.isLocked) throw new Error('A function can only be registered during app startup.');
  const functionId = given.functionId ?? given.name;
  if (registry.functions.has(functionId)) {
    throw new Error(`A function with id "${functionId}" has already been registered.`);
  }
  registry.functions.set(functionId, { metadata: { ...given, functionId }, callback });
  return new Disposable(() => {
    if (registry.isLocked) throw new Error('A function can only be disposed during app startup.');
    registry.functions.delete(functionId);
  });
}

const coreModule = {
  version: versions.worker,
  hostVersion: versions.host,
  registerFunction,
  registerHook: (name: string, callback: (context: object) => unknown) => {
    const unregister = registerHook(name, callback);
    return new Disposable(unregister);
  },
  setProgrammingModel: (model: ProgrammingModel) => {
    registry.programmingModel = model;
  },
  getProgrammingModel: () => registry.programmingModel,
  log: (level: string, category: string, message: string) =>
    logFromCore(executeLogHooks({ level, category, message }), 'Host.Function'),
  Disposable,
};

/** Makes `require('@azure/functions-core')` answer with the module above, from anywhere in this process. */
export function provideCoreModule(): void {
  const original = Module.prototype.require;
  Module.prototype.require = new Proxy(original, {
    apply: (target, self, args: [string]) =>
      args[0] === '@azure/functions-core' ? coreModule : Reflect.apply(target, self, args),
  });
}
