import type { OwnTwinOptions } from './own-twin.ts';
import type { Scene } from './scene.ts';

/** How large a disaster is. */
export interface Size {
  readonly events: number;
  /** How often or how long: kills unless the disaster says otherwise. */
  readonly dose: number;
}

/** What a disaster found out besides where each event ended. */
export interface Findings {
  /** Numbers of its own, with units in their names. */
  readonly values?: Readonly<Record<string, number>>;
  /** What must not be so and is; each a sentence. */
  readonly failures?: readonly string[];
  /** What a reader should know; each a sentence. */
  readonly notes?: readonly string[];
}

/** Something that may happen to a running system, and what must be true afterwards. */
export interface Disaster {
  /** The figure it belongs to, or a name of its own. */
  readonly name: string;
  readonly title: string;
  /** What has to hold beside 0 lost and 0 twice, which always have to. */
  readonly holds: string;
  /** What it takes at full size and in short. */
  readonly full: Size;
  readonly short: Size;
  /** What its twin must be like; one that says nothing may happen to any. */
  readonly twin?: OwnTwinOptions;
  /** Sends events and makes things go wrong; the runner repairs what is left and counts. */
  run(scene: Scene, size: Size): Promise<Findings>;
}
