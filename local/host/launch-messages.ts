import type { HostReport } from './host-reports.ts';
import type { LogLine } from './log.ts';

/** What the host reports to the process that started it. */
export type FromHost =
  | {
      readonly kind: 'ready';
      readonly port: number;
      readonly functions: readonly { readonly name: string; readonly trigger: string }[];
    }
  | { readonly kind: 'start-failed'; readonly message: string }
  | { readonly kind: 'worker-pid'; readonly id: number; readonly pid: number }
  | ({ readonly kind: 'log' } & LogLine)
  | HostReport;

export type ToHost =
  | { readonly kind: 'drain' }
  /** Answered when a worker runs, with the same `id`. */
  | { readonly kind: 'worker-pid'; readonly id: number };

/** Arguments of the host process; the app's settings are its environment. */
export interface LaunchArguments {
  readonly appFolder: string;
  readonly port: number;
  readonly workerExecArgv: readonly string[];
}
