import { type Callback, registry } from './core-module.ts';
import { executeHooks, executeLogHooks, hookData } from './hooks.ts';
import type { TypedData } from './typed-data.ts';
import { logFromCore } from './worker-log.ts';
import type { InvocationError, InvocationRequest, InvocationResponse } from './worker-messages.ts';

/** What the worker tells the library about an invocation; the library sets nothing here but reads `state` when it logs. */
interface CoreInvocationContext {
  readonly invocationId: string;
  readonly request: InvocationRequest;
  readonly metadata: object;
  state: 'preInvocationHooks' | 'invocation' | 'postInvocationHooks' | undefined;
  log(level: string, category: string, message: string): void;
}

/**
 * Runs one invocation with its hooks, in the order of the Functions worker: arguments, preInvocation, handler,
 * postInvocation (also after a failure, which it may take back), response.
 */
export async function runInvocation(request: InvocationRequest): Promise<InvocationResponse> {
  const registered = registry.functions.get(request.functionId);
  if (registered === undefined || registry.programmingModel === undefined) {
    throw new Error(`Function code for '${request.functionId}' is not loaded and cannot be invoked.`);
  }
  const { metadata, callback } = registered;
  const core = coreContextOf(request, metadata);
  const model = await registry.programmingModel.getInvocationModel(core);
  const { context, inputs } = await model.getArguments();
  const shared = { hookData: {}, appHookData: hookData.app, invocationContext: context };

  const before = { ...shared, inputs, functionCallback: callback as Callback };
  core.state = 'preInvocationHooks';
  await executeHooks('preInvocation', before);

  const after = { ...shared, inputs: before.inputs, result: null as unknown, error: null as unknown };
  core.state = 'invocation';
  try {
    after.result = await model.invokeFunction(context, before.inputs, before.functionCallback);
  } catch (error) {
    after.error = error ?? new Error('Unknown error');
  }
  core.state = 'postInvocationHooks';
  await executeHooks('postInvocation', after);
  core.state = undefined;

  if (after.error !== null && after.error !== undefined) throw after.error;
  const { returnValue } = await model.getResponse(context, after.result);
  return { returnValue: (returnValue ?? null) as TypedData | null };
}

function coreContextOf(request: InvocationRequest, metadata: { readonly name: string }): CoreInvocationContext {
  return {
    invocationId: request.invocationId,
    request,
    metadata,
    state: undefined,
    log: (level, category, message) =>
      logFromCore(executeLogHooks({ level, category, message }), `Function.${metadata.name}`),
  };
}

/** An error in the words that cross to the host; a thrown value that is no Error is shown as text. */
export function toInvocationError(thrown: unknown): InvocationError {
  if (thrown instanceof Error) {
    return { message: thrown.message, ...(thrown.stack === undefined ? {} : { stackTrace: thrown.stack }) };
  }
  return { message: typeof thrown === 'string' ? thrown : (JSON.stringify(thrown) ?? String(thrown)) };
}
