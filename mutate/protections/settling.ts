import type { Protection } from '../protection.ts';

const settle = 'src/scoring/settle.ts';
const settleTest = 'test/scoring/settle.test.ts';
const eventsTest = 'test/scoring/score-events.test.ts';
const patience = 'src/scoring/patience.ts';
const attempt = 'src/scoring/attempt-events.ts';
const attemptTest = 'test/scoring/attempt-events.test.ts';
const door = 'functions/score-events.ts';

/** The host moves on whatever comes of a batch: it may succeed only when every record has its place. */
export const settling: readonly Protection[] = [
  {
    id: 'retry-policy',
    figures: ['D1', 'D2', 'D3'],
    protects: 'A batch whose worker died comes again',
    file: door,
    text: 'maxRetryCount: -1,',
    without: 'maxRetryCount: 0,',
    guard: { file: 'test/twin/chaos.test.ts', name: 'D1' },
  },
  {
    id: 'binary-bodies',
    figures: ['D6'],
    protects: 'A body that is no JSON does not fail its batch before the app sees it',
    file: door,
    text: "dataType: 'binary',",
    without: '',
    guard: {
      file: 'test/twin/stream.test.ts',
      name: 'one malformed event in a batch of 256: 255 documents and one dead letter',
    },
  },
  {
    id: 'orderly-end-is-no-death',
    figures: ['D3', 'crash'],
    protects: 'The next process does not take an orderly end for a death over the batches that were cut',
    file: door,
    text: 'crashWatch.close(), ',
    without: '',
    guard: {
      file: 'test/twin/stopping.test.ts',
      name: 'a host that is told to end while batches wait for a dark sink ends in time, passes nothing over, leaves no warning, and the next one places it all',
    },
  },
  {
    id: 'waiting-ends-on-sigterm',
    figures: ['D3'],
    protects: 'The pause before the next try does not outlast the process',
    file: patience,
    text: 'stopping === undefined ? {} : { signal: stopping }',
    without: '{}',
    guard: { file: settleTest, name: 'an attempt with time > ends its waiting at once when the process is to end' },
  },
  {
    id: 'transient-faults-throw',
    figures: ['D4', 'D11'],
    protects: 'A batch of which documents are missing does not succeed',
    file: settle,
    text: 'throw toRepeat(unsettled, pending.length, sink);',
    without: 'return { scored: pending.length, parked: 0, passedOver, rejected: [] };',
    guard: {
      file: eventsTest,
      name: 'what may heal > is thrown, after the dead letters are safe, and the next attempt completes it',
    },
  },
  {
    id: 'dead-letters-first',
    figures: ['D4', 'D22'],
    protects: 'Dead letters are stored before the batch is given back for what is missing',
    file: settle,
    text: `  await sideTrack.writeDeadLetters(allLetters);
  if (unsettled.length > 0 && !attempt.isLast) throw toRepeat(unsettled, pending.length, sink);
`,
    without: `  if (unsettled.length > 0 && !attempt.isLast) throw toRepeat(unsettled, pending.length, sink);
  await sideTrack.writeDeadLetters(allLetters);
`,
    guard: {
      file: eventsTest,
      name: 'what may heal > is thrown, after the dead letters are safe, and the next attempt completes it',
    },
  },
  {
    id: 'dead-letters-or-nothing',
    figures: ['D22'],
    protects: 'A batch whose dead letters cannot be stored does not succeed',
    file: settle,
    text: 'await sideTrack.writeDeadLetters(allLetters);',
    without: 'await sideTrack.writeDeadLetters(allLetters).catch(() => {});',
    guard: {
      file: eventsTest,
      name: 'what may heal > dead letters that cannot be stored are thrown, whatever the attempt',
    },
  },
  {
    id: 'parking-fails-loudly',
    figures: ['D12', 'D22'],
    protects: 'A batch that can neither be written nor parked goes on failing',
    file: settle,
    text: `offRoad.parked(origin, { waitsFor: sink.name, error: { code, message } }), attempt),
    ),
  );`,
    without: `offRoad.parked(origin, { waitsFor: sink.name, error: { code, message } }), attempt),
    ),
  ).catch(() => {});`,
    guard: { file: eventsTest, name: 'what may heal > goes on being thrown when parking fails too' },
  },
  {
    id: 'only-what-is-left',
    figures: ['D10'],
    protects: 'What is written is not written again with what is not',
    file: settle,
    text: 'left = unsettled;',
    without: 'left = pending;',
    guard: { file: settleTest, name: 'an attempt with time > writes again only what did not go through' },
  },
  {
    id: 'ledger-before-success',
    figures: ['D1', 'D4'],
    protects: 'A batch that the ledger does not know of does not succeed',
    file: 'src/scoring/score-events.ts',
    text: 'await scoring.ledger.append(ledgerEntryOf(events, receipt, skips, lists));',
    without: 'await scoring.ledger.append(ledgerEntryOf(events, receipt, skips, lists)).catch(() => {});',
    guard: {
      file: eventsTest,
      name: 'the ledger > that cannot be written keeps the batch from succeeding, whatever the attempt',
    },
  },
  {
    id: 'attempts-end-in-parking',
    figures: ['D12'],
    protects: 'A partition does not stand still for ever behind what does not go through',
    file: attempt,
    text: 'isLast: number + 1 >= attemptsMax,',
    without: 'isLast: false,',
    guard: { file: attemptTest, name: 'the sixth attempt parks what the first five have thrown' },
  },
  {
    id: 'attempt-ends',
    figures: ['D5', 'D13'],
    protects: 'The host never has to end an attempt, after which it would pass over the batch',
    file: attempt,
    text: 'return new AttemptEnd(endMs).meet(scoreEvents(scoring, events, attempt, log));',
    without: 'return scoreEvents(scoring, events, attempt, log);',
    guard: {
      file: attemptTest,
      name: 'an attempt whose sink never answers is given up, so that the host does not end it and pass over the batch',
    },
  },
  {
    id: 'attempt-below-function-timeout',
    figures: ['D5'],
    protects: 'An attempt ends before the host would end it, also where functions have less time than usual',
    file: 'src/core/attempt-times.ts',
    text: 'endMs: share * usual.endMs',
    without: 'endMs: usual.endMs',
    guard: { file: 'test/core/attempt-times.test.ts', name: 'in a function that has 00:00:10' },
  },
  {
    id: 'models-end-in-time',
    figures: ['D5'],
    protects: 'A model that takes too long does not outlast the attempt',
    file: 'src/scoring/bring-events.ts',
    text: 'new AttemptDeadline(waitUntilMs - performance.now())',
    without: 'undefined',
    guard: {
      file: 'test/scoring/event-isolation.test.ts',
      name: 'a model that takes too long > keeps an attempt no longer than its time: the batch comes again, and is parked at last',
    },
  },
  {
    id: 'stalls-end',
    figures: ['D5-hang'],
    protects: 'A thread that never comes back is ended before the host passes over its batch',
    file: 'src/adapters/stall-watch.ts',
    text: "if (without > looks) process.kill(process.pid, 'SIGKILL');",
    without: '',
    guard: { file: 'test/adapters/stall-watch.test.ts', name: 'a process whose thread never comes back ends itself' },
  },
  {
    id: 'short-outages-are-waited-for',
    figures: ['D10', 'D12'],
    protects: 'What passes by itself within an attempt costs no repetition of the batch',
    file: patience,
    text: 'if (performance.now() + pauseMs > waitUntilMs) return false;',
    without: 'return false;',
    guard: {
      file: settleTest,
      name: 'an attempt with time > waits for a dark sink and then writes, without a repetition of the batch',
    },
  },
  {
    id: 'retry-after-honoured',
    figures: ['D10'],
    protects: 'A sink that asks for a pause gets it',
    file: patience,
    text: 'Math.max(this.#pauseMs, asked)',
    without: 'this.#pauseMs',
    guard: { file: settleTest, name: 'an attempt with time > leaves the sink alone for as long as it asks' },
  },
  {
    id: 'circuit',
    figures: ['D12'],
    protects: 'A dark sink is asked with one document, not with all',
    file: 'src/scoring/sink-circuit.ts',
    text: 'this.#isDark = results.every(isDarkness);',
    without: 'this.#isDark = false;',
    guard: {
      file: settleTest,
      name: 'a circuit > asks a dark sink with one document for all callers, and writes everything when it is back',
    },
  },
];
