import type { Disaster } from './disaster.ts';
import { aliasFlip } from './disasters/alias-flip.ts';
import { brokerFaults } from './disasters/broker-faults.ts';
import { abortingEvent, hangingEvent } from './disasters/crashes.ts';
import { hangingSink, throwingHandler } from './disasters/failures.ts';
import { hostKills, mixedKills, terminations, workerKills } from './disasters/kills.ts';
import { lastScores } from './disasters/last-scores.ts';
import { lateEvents } from './disasters/late-events.ts';
import { cutCosmos, darkDeadLetters, refusingCosmos } from './disasters/outages.ts';
import { poison, poisonRun, strangeNames } from './disasters/poison.ts';
import { conflicts, repeats } from './disasters/repeats.ts';
import { replays } from './disasters/replay.ts';
import { everyFault, fullPartition, slowSink, throttling } from './disasters/sink-faults.ts';
import { twoHosts } from './disasters/two-hosts.ts';

/** Everything that may happen, in the order in which it does. */
export const disasters: readonly Disaster[] = [
  workerKills,
  hostKills,
  terminations,
  mixedKills,
  throwingHandler,
  hangingSink,
  hangingEvent,
  abortingEvent,
  poison,
  poisonRun,
  repeats,
  conflicts,
  throttling,
  everyFault,
  fullPartition,
  cutCosmos,
  refusingCosmos,
  slowSink,
  strangeNames,
  lateEvents,
  lastScores,
  darkDeadLetters,
  replays,
  aliasFlip,
  brokerFaults,
  twoHosts,
];
