import type { InFlightMarkers } from '../src/scoring/crashes/in-flight-markers.ts';
import type { Ledger, Log, SideTrack, Sink, SinkResult } from '../src/scoring/ports.ts';

/** Ports that take everything and keep nothing: what is measured is then the road alone. */

const created: SinkResult = { kind: 'created' };

export const sinkOfNothing: Sink = {
  name: 'nothing',
  write: async (documents) => documents.map(() => created),
};

export const sideTrackOfNothing: SideTrack = {
  writeDeadLetters: async () => {},
  park: async () => {},
};

export const ledgerOfNothing: Ledger = { append: async () => {} };

export const markersOfNothing: InFlightMarkers = {
  read: async () => [],
  write: async () => {},
  remove: async () => {},
};

export const noLog: Log = { information: () => {}, warning: () => {}, error: () => {} };
