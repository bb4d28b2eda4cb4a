import type { InFlight } from '../../core/in-flight.ts';

/** What processes have in flight, place by place, kept where it outlives them. All throw `storage.unavailable`. */
export interface InFlightMarkers {
  /** What lies there, of whichever process. */
  read(place: string): Promise<readonly InFlight[]>;
  /** Takes the place of what this life wrote before. */
  write(place: string, marker: InFlight): Promise<void>;
  remove(place: string, life: string): Promise<void>;
}
