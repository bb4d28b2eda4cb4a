import type { HubAccount } from '../reconcile/reconcile.ts';

/** A system that runs, and what is done to it to see whether it keeps its promises. */
export interface ProvingGround {
  /** For the report: which system this is. */
  readonly name: string;
  /** One call over HTTP. @returns its status; 0 where nobody answered */
  call(): Promise<number>;
  /** Sends so many events of the next ones. */
  send(events: number): Promise<void>;
  /** Events since the beginning that have a document. */
  scored(): Promise<number>;
  /** Ends what runs. @returns what was done */
  kill(): Promise<string>;
  /** Makes the database ask to slow down. @returns what was done; undefined where it cannot be */
  throttle(): Promise<string | undefined>;
  /** Ends it; harmless where it was not begun. */
  release(): Promise<void>;
  /** Where each event since the beginning is. */
  account(): Promise<HubAccount>;
  /** Request units since the beginning; undefined where nobody counts them. */
  requestUnits(): Promise<number | undefined>;
  /** Instances that worked at once, at most, since the beginning; undefined where nobody counts them. */
  instances(): Promise<number | undefined>;
}

/** What is done, and what it may take. */
export interface ProofPlan {
  readonly events: number;
  readonly eventsPerSecond: number;
  readonly calls: number;
  /** When it ends, whatever is done by then. */
  readonly minutesMax: number;
}

/** One thing that was measured. */
export interface ProofFigure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
}

export interface Proof {
  readonly ground: string;
  /** ISO 8601, UTC. */
  readonly begunAt: string;
  readonly seconds: number;
  readonly plan: ProofPlan;
  readonly figures: readonly ProofFigure[];
  /** What was done to the system, in order. */
  readonly done: readonly string[];
  /** Why it is no proof; empty when every event has its one place and everything was done. */
  readonly problems: readonly string[];
}
