import type { InFlightMarkers } from '../src/scoring/crashes/in-flight-markers.ts';
import { noMetrics } from '../src/scoring/metrics/no-metrics.ts';
import type { Ledger, Log, SideTrack, Sink, SinkResult } from '../src/scoring/ports.ts';
import type { StreamSinks } from '../src/scoring/sinks/stream-sink.ts';

/** Ports that take everything and keep nothing: what is measured is then the road alone. */

const created: SinkResult = { kind: 'created' };

export const sinkOfNothing: Sink = {
  name: 'nothing',
  write: async (documents) => documents.map(() => created),
};

/** All that a stream's route may ask for. */
export const streamSinksOfNothing: StreamSinks = {
  sinks: { cosmos: sinkOfNothing, packed: sinkOfNothing, blob: sinkOfNothing },
  latest: sinkOfNothing,
  outbound: () => ({ name: 'nothing', write: async (messages) => messages.map(() => created) }),
  resends: { name: 'nothing', write: async (claims) => claims.map(() => created) },
  metrics: noMetrics,
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
