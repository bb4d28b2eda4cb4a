import { ScoringError } from '../../../src/core/fault.ts';
import type { InFlight } from '../../../src/core/in-flight.ts';
import { CrashWatch } from '../../../src/scoring/crashes/crash-watch.ts';
import type { InFlightMarkers } from '../../../src/scoring/crashes/in-flight-markers.ts';

/** Markers in memory, which outlive simulated processes. */
export class MemoryMarkers implements InFlightMarkers {
  readonly markers = new Map<string, InFlight>();
  requests = 0;
  isDark = false;

  async read(place: string): Promise<readonly InFlight[]> {
    this.#request();
    return [...this.markers].filter(([path]) => path.startsWith(`${place}/`)).map(([, marker]) => marker);
  }

  async write(place: string, marker: InFlight): Promise<void> {
    this.#request();
    this.markers.set(`${place}/${marker.life}`, structuredClone(marker));
  }

  async remove(place: string, life: string): Promise<void> {
    this.#request();
    this.markers.delete(`${place}/${life}`);
  }

  #request(): void {
    this.requests++;
    if (this.isDark) throw new ScoringError('storage.unavailable', 'blob storage is dark', { retryable: true });
  }
}

let lives = 0;

/** The watch of a process that has just begun. */
export const newCrashWatch = (markers = new MemoryMarkers()): CrashWatch => new CrashWatch(markers, `life-${++lives}`);
