import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { FunctionDefinition } from '../app/function-definition.ts';
import { type Log, messageOf } from '../log.ts';
import { formatTimeSpan } from '../settings/time-span.ts';
import type { TypedData } from '../worker/typed-data.ts';
import type { InvocationError, RetryContext } from '../worker/worker-messages.ts';
import type { WorkerSupervisor } from '../worker/worker-supervisor.ts';
import { allowsRetry, retryDelays } from './retry-policy.ts';
import { traceParentOf } from './trace-context.ts';

/** What a listener hands to a function. */
export interface FunctionInput {
  readonly data: TypedData;
  readonly metadata?: Readonly<Record<string, TypedData>>;
  readonly traceParent?: string | undefined;
}

/** What became of an invocation. `stopped`: the signal came before it ran, or between two tries of it. */
export type Outcome =
  | { readonly kind: 'succeeded'; readonly returnValue: TypedData | null }
  | { readonly kind: 'failed' | 'timed-out'; readonly error: InvocationError }
  | { readonly kind: 'stopped' };

export interface InvokerOptions {
  readonly supervisor: WorkerSupervisor;
  readonly functionTimeoutMs: number | undefined;
  readonly log: Log;
}

/** Runs functions in the worker, with the retry policy and the timeout that the Functions host applies. */
export class FunctionInvoker {
  readonly #options: InvokerOptions;

  constructor(options: InvokerOptions) {
    this.#options = options;
  }

  /**
   * Runs a function and, when it fails, repeats it by its retry policy. A timeout is never repeated. The counter lives in
   * this call: another host starts at nought.
   * @param bind makes the input; when it throws the function fails before its handler runs
   * @param signal ends the repeating and the waiting for a worker, but no handler that runs
   */
  async invoke(definition: FunctionDefinition, bind: () => FunctionInput, signal: AbortSignal): Promise<Outcome> {
    const { retry } = definition;
    const nextDelay = retry === undefined ? undefined : retryDelays(retry);
    let exception: InvocationError | undefined;
    for (let retryCount = 0; ; retryCount++) {
      const outcome = await this.#tryOnce(definition, bind, signal, retryContextOf(definition, retryCount, exception));
      if (outcome.kind !== 'failed' || retry === undefined || nextDelay === undefined) return outcome;
      if (!allowsRetry(retry, retryCount)) {
        this.#log(definition, 'error', `All ${retryCount} retries failed.`);
        return outcome;
      }
      exception = outcome.error;
      const delayMs = nextDelay();
      this.#log(definition, 'warning', `Retry ${retryCount + 1} comes in ${formatTimeSpan(delayMs)}.`);
      if (!(await waited(delayMs, signal))) return { kind: 'stopped' };
    }
  }

  async #tryOnce(
    definition: FunctionDefinition,
    bind: () => FunctionInput,
    signal: AbortSignal,
    retryContext: RetryContext | undefined,
  ): Promise<Outcome> {
    let input: FunctionInput;
    try {
      input = bind();
    } catch (error) {
      return this.#failed(definition, { message: `Exception binding parameter: ${messageOf(error)}` });
    }
    const invocationId = randomUUID();
    const { supervisor, functionTimeoutMs } = this.#options;
    const answer = await supervisor.invoke(
      {
        invocationId,
        functionId: definition.functionId,
        inputData: [{ name: definition.bindingName, data: input.data }],
        triggerMetadata: input.metadata ?? {},
        traceContext: { traceParent: traceParentOf(input.traceParent), traceState: '' },
        ...(retryContext && { retryContext }),
      },
      functionTimeoutMs,
      signal,
    );
    switch (answer.kind) {
      case 'succeeded':
        return { kind: 'succeeded', returnValue: answer.response.returnValue ?? null };
      case 'failed':
        return this.#failed(definition, answer.error);
      case 'worker-ended':
        return this.#failed(definition, { message: `The worker process ended (${answer.reason}) in the invocation.` });
      case 'stopped':
        return answer;
      case 'timed-out':
        return this.#timedOut(definition, invocationId);
    }
  }

  #failed(definition: FunctionDefinition, error: InvocationError): Outcome {
    this.#log(definition, 'error', `Executed '${definition.name}' (Failed): ${error.stackTrace ?? error.message}`);
    return { kind: 'failed', error };
  }

  #timedOut(definition: FunctionDefinition, invocationId: string): Outcome {
    const limit = formatTimeSpan(this.#options.functionTimeoutMs ?? 0);
    const message = `Timeout value of ${limit} exceeded by function '${definition.name}' (Id: '${invocationId}').`;
    this.#log(definition, 'error', message);
    return { kind: 'timed-out', error: { message } };
  }

  #log(definition: FunctionDefinition, level: 'warning' | 'error', message: string): void {
    this.#options.log(level, `Function.${definition.name}`, message);
  }
}

/** The library sees it from the second try on. */
function retryContextOf(
  { retry }: FunctionDefinition,
  retryCount: number,
  exception: InvocationError | undefined,
): RetryContext | undefined {
  if (retry === undefined || exception === undefined) return undefined;
  const source = 'Microsoft.Azure.WebJobs.Script.Grpc';
  return { retryCount, maxRetryCount: retry.maxRetryCount, exception: { source, ...exception } };
}

/** @returns whether the whole time passed; false when the signal came first */
async function waited(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  return delay(milliseconds, true, { signal }).catch(() => false);
}
