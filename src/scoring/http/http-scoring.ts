import type { CallAccess } from '../access/call-access.ts';
import type { JobPorts } from '../files/submit-job.ts';
import type { ModelRegistry } from '../model-registry.ts';
import type { Sink } from '../ports.ts';
import type { Status } from '../status.ts';
import type { CallGate } from './call-gate.ts';
import type { CallLimits } from './call-limits.ts';

/** What calls over HTTP need of the app. */
export interface RequestScoring {
  readonly registry: ModelRegistry;
  /** Where the rows of calls are recorded, when the routes say so. */
  readonly sink: Sink;
  /** The version of the app. */
  readonly version: string;
  readonly limits: CallLimits;
  readonly access: CallAccess;
  /** Shared by all calls of the process. */
  readonly gate: CallGate;
  /** Where files are scored; absent where the app has no storage of its own. */
  readonly jobs?: JobPorts;
  status(): Promise<Status>;
}
