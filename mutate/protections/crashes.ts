import type { Protection } from '../protection.ts';

const inFlight = 'src/core/in-flight.ts';
const watched = 'src/scoring/crashes/watched-passage.ts';
const watchTest = 'test/scoring/crashes/crash-watch.test.ts';
const isolationTest = 'test/scoring/event-isolation.test.ts';
const twoDeaths =
  'an event that kills the process > is known after two deaths of its own; the other 255 of its batch are scored, and nobody else is blamed';

/** One event harms no other: not by what it holds, nor by what it does to the process. */
export const crashes: readonly Protection[] = [
  {
    id: 'marker-on-repeated-batches',
    figures: ['crash'],
    protects: 'A batch in which a process may have died is watched',
    file: 'src/scoring/crashes/crash-watch.ts',
    text: 'if (attempt > 0 || isBrief || place.isWarned(span)) {',
    without: 'if (isBrief) {',
    guard: { file: watchTest, name: twoDeaths },
  },
  {
    id: 'marker-before-the-work',
    figures: ['crash'],
    protects: 'What is in flight is told before it can kill',
    file: watched,
    text: `    if (place.isWarned(span)) await place.tell(span);
    else await this.#tryTo(() => place.tell(span));
`,
    without: '',
    guard: {
      file: watchTest,
      name: 'in health > a batch that comes again in the same process goes whole, under a marker that is taken away',
    },
  },
  {
    id: 'death-needs-a-marker',
    figures: ['crash'],
    protects: 'Nothing that a process died over is tried while its death could not be told',
    file: watched,
    text: 'if (place.isWarned(span)) await place.tell(span);',
    without: '',
    guard: {
      file: watchTest,
      name: 'when markers cannot be kept > neither alone nor together with others',
    },
  },
  {
    id: 'two-deaths-are-enough',
    figures: ['crash'],
    protects: 'What kills alone twice is not tried again',
    file: inFlight,
    text: '(deaths[id] ?? 0) >= deathsMax',
    without: 'deathsMax < (deaths[id] ?? 0) - 1_000',
    guard: { file: watchTest, name: twoDeaths },
  },
  {
    id: 'one-death-is-no-proof',
    figures: ['crash', 'D1'],
    protects: 'A record that was alone when its process was killed from outside is not blamed',
    file: watched,
    text: 'const wasSuspect = running !== undefined && place.clear(running);',
    without: 'const wasSuspect = false;',
    guard: {
      file: watchTest,
      name: 'nobody is blamed for processes that are killed from outside, again and again',
    },
  },
  {
    id: 'deaths-counted-once',
    figures: ['crash', 'D1'],
    protects: 'One death that two markers tell of is one death',
    file: inFlight,
    text: 'deaths[id] = Math.max(deaths[id] ?? 0, count);',
    without: 'deaths[id] = (deaths[id] ?? 0) + count;',
    guard: {
      file: 'test/core/in-flight.test.ts',
      name: 'what is known against events > counts a death for what was alone, once, though two markers tell of it',
    },
  },
  {
    id: 'rows-one-by-one',
    figures: ['D6', 'D7'],
    protects: 'A record that the model cannot bear keeps no other from its score',
    file: 'src/scoring/score-rows.ts',
    text: `    if (deadline?.isOver) throw error;
    return scoreOneByOne(model, batch, options);`,
    without: '    throw error;',
    guard: {
      file: isolationTest,
      name: 'a record that the model cannot bear > is a dead letter with what the model said; the others of its batch are scored at the first attempt',
    },
  },
  {
    id: 'broken-model-blames-nobody',
    figures: ['D6'],
    protects: 'A model that fails for everything makes no dead letters',
    file: 'src/scoring/score-rows.ts',
    text: 'if (failure !== undefined) await warmUp(model);',
    without: '',
    guard: {
      file: isolationTest,
      name: 'a record that the model cannot bear > is not blamed for a model that fails for everything: the batch comes again, and is parked at last',
    },
  },
  {
    id: 'unforeseen-bodies',
    figures: ['D6', 'D7'],
    protects: 'A body beyond what was foreseen is one dead letter, not a batch that never goes through',
    file: 'src/scoring/open-events.ts',
    text: 'return unforeseenFault(error);',
    without: 'throw error;',
    guard: {
      file: isolationTest,
      name: 'a body that nobody foresaw > on which the reader itself stumbles is one dead letter, a record of a list as well',
    },
  },
  {
    id: 'dead-letters-keep-bytes',
    figures: ['D6', 'D23'],
    protects: 'A body that is not text can be replayed as it came',
    file: 'src/scoring/off-road.ts',
    text: 'const readable = isUtf8(event.body);',
    without: 'const readable = isUtf8(event.body) || true;',
    guard: { file: 'test/scoring/score-events.test.ts', name: 'a body that is not text is kept as base64' },
  },
];
