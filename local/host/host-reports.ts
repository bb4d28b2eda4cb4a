/** What a worker did with an invocation. */
export type InvocationState = 'started' | 'succeeded' | 'failed' | 'cut';

/** What a host tells of its worker while it runs. */
export type HostReport =
  /** A worker has loaded the app. */
  | { readonly kind: 'worker-started'; readonly pid: number }
  /** A worker is gone; told after the invocations that it took with it. */
  | { readonly kind: 'worker-ended'; readonly pid: number; readonly cut: number }
  /** Calls by HTTP are left out: there may be thousands a second. */
  | {
      readonly kind: 'invocation';
      readonly id: string;
      readonly functionName: string;
      readonly state: InvocationState;
    };

export const isHostReport = (message: { readonly kind: string }): message is HostReport =>
  message.kind === 'worker-started' || message.kind === 'worker-ended' || message.kind === 'invocation';
