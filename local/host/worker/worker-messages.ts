import type { LogLine } from '../log.ts';
import type { TypedData } from './typed-data.ts';

/** A function as the app registered it. */
export interface FunctionMetadata {
  readonly name: string;
  readonly functionId: string;
  readonly bindings: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly retryOptions?: RetryOptions;
}

/** The retry policy of a function; intervals are whole seconds, the library rounds them. */
export interface RetryOptions {
  readonly retryStrategy?: string;
  readonly maxRetryCount?: number;
  readonly delayInterval?: Interval;
  readonly minimumInterval?: Interval;
  readonly maximumInterval?: Interval;
}

interface Interval {
  readonly seconds: number;
}

export interface InvocationError {
  readonly message: string;
  readonly stackTrace?: string;
}

export interface RetryContext {
  readonly retryCount: number;
  /** -1: no limit. */
  readonly maxRetryCount: number;
  readonly exception: InvocationError & { readonly source: string };
}

export interface InvocationRequest {
  readonly invocationId: string;
  readonly functionId: string;
  readonly inputData: readonly { readonly name: string; readonly data: TypedData }[];
  readonly triggerMetadata: Readonly<Record<string, TypedData>>;
  readonly traceContext: { readonly traceParent: string; readonly traceState: string };
  readonly retryContext?: RetryContext;
}

export interface InvocationResponse {
  readonly returnValue?: TypedData | null;
}

export type ToWorker =
  | { readonly kind: 'invoke'; readonly request: InvocationRequest }
  /** Runs the appTerminate hooks, then the worker ends. */
  | { readonly kind: 'terminate' };

export type FromWorker =
  | {
      readonly kind: 'loaded';
      readonly functions: readonly FunctionMetadata[];
      readonly capabilities: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'load-failed'; readonly message: string }
  | { readonly kind: 'succeeded'; readonly invocationId: string; readonly response: InvocationResponse }
  | { readonly kind: 'failed'; readonly invocationId: string; readonly error: InvocationError }
  | ({ readonly kind: 'log' } & LogLine);

/** What the worker process is told by its environment before it loads anything. */
export const workerVariables = {
  appFolder: 'FUNCTIONS_APP_DIRECTORY',
} as const;

/** The versions that an app sees; those whose behaviour is followed here. */
export const versions = { host: '4.1037.0', worker: '3.9.1' } as const;
