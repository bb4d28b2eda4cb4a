import type { Feeds } from '../core/tensor.ts';
import type { ProbeReport, ProbeRun } from '../scoring/import/import-ports.ts';
import type { Watch } from './probe-watchdog.ts';

/** What the parent asks of the process that tries a model. */
export interface ProbeTask {
  readonly path: string;
  readonly feeds: readonly Feeds[];
  /** Larger answers stay where they are. */
  readonly outputBytesMax: number;
  readonly watch: Watch;
}

/** What that process says: where it is by now, then what it found. */
export type ProbeAnswer =
  | { readonly at: string }
  | { readonly error: string }
  | {
      readonly report: Omit<ProbeReport, 'runs'> & {
        readonly runs: readonly (ProbeRun | { readonly error: string })[];
      };
    };
