import type { Protection } from '../protection.ts';

const scoreRequest = 'src/scoring/score-request.ts';
const answerRows = 'src/scoring/http/answer-rows.ts';
const turnsTest = 'test/scoring/http/turns.test.ts';
const boundsTest = 'test/scoring/http/bounds.test.ts';
const slowly =
  'a body that comes in slowly > is 408 when its time is over, by the name of the limit, and leaves its turn to the next one';

/** One call harms no other: not by what it carries, nor by when it comes. */
export const calls: readonly Protection[] = [
  {
    id: 'admitted-before-read',
    figures: ['I14'],
    protects: 'The body of a caller that nobody knows is not read',
    file: scoreRequest,
    text: `    if ('code' in caller) return Promise.resolve(caller);
`,
    without: `    if ('code' in caller) {
      call.readBody(1);
      return Promise.resolve(caller);
    }
`,
    guard: {
      file: turnsTest,
      name: 'a caller that nobody knows > is refused before the body is read: POST /models/machine-failure/score',
    },
  },
  {
    id: 'probes-without-turn',
    figures: ['I14'],
    protects: 'Whoever asks whether the app lives hears it when no call more is let in',
    file: scoreRequest,
    text: '    return isProbe(ask)\n',
    without: "    return isProbe(ask) && ask.kind === 'options'\n",
    guard: {
      file: turnsTest,
      name: 'while no call more is let in > whoever asks how the app is hears it all the same',
    },
  },
  {
    id: 'slow-bodies-end',
    figures: ['I14'],
    protects: 'A sender that takes its time keeps no turn for ever',
    file: 'src/scoring/http/read-body.ts',
    text: "  return 'then' in body ? new Deadline(bodyMs, tooSlow).meet(body) : body;",
    without: "  return 'then' in body && bodyMs < 0 ? new Deadline(bodyMs, tooSlow).meet(body) : body;",
    guard: { file: turnsTest, name: slowly },
  },
  {
    id: 'turn-given-back',
    figures: ['I14'],
    protects: 'A call that fails gives its turn to the next one',
    file: scoreRequest,
    text: '  } finally {\n    gate.leave(bytes);\n  }',
    without: '  } finally {\n    if (bytes > 0) gate.leave(bytes);\n  }',
    guard: { file: turnsTest, name: slowly },
  },
  {
    id: 'rows-of-a-call',
    figures: ['I14'],
    protects: 'A call has no more rows than the app takes',
    file: answerRows,
    text: '  if (rows.count > rowsMax) return tooManyRows(rows.count, rowsMax);\n',
    without: '  if (rows.count < 0) return tooManyRows(rows.count, rowsMax);\n',
    guard: { file: turnsTest, name: 'the limit of rows is that of the app, and named' },
  },
  {
    id: 'bodies-do-not-grow',
    figures: ['I12'],
    protects: 'Little that is sent does not become much in memory',
    file: 'src/scoring/http/content-coding.ts',
    text: 'return await decode(body, { maxOutputLength: grownMax });',
    without: 'return await decode(body, { maxOutputLength: 2 ** 31 - 1 });',
    guard: { file: boundsTest, name: 'the size of a body > of rows is limited after it was decompressed too' },
  },
  {
    id: 'neighbours-of-a-run',
    figures: ['I16'],
    protects: 'A call whose run fails does not fail those that shared it',
    file: 'src/scoring/chunk-queue.ts',
    text: '      if (shares.length > 1) for (const share of shares) await this.#runChunk([share]);\n      else for',
    without: '      for',
    guard: { file: 'test/scoring/run-queue.test.ts', name: 'a failing run > fails only the caller whose rows it was' },
  },
  {
    id: 'calls-keep-their-ids',
    figures: ['I16'],
    protects: 'A call that comes again is recorded once',
    file: answerRows,
    text: "const source = { kind: 'http', requestId, row } as const;",
    without: "const source = { kind: 'http', requestId: requestId + performance.now(), row } as const;",
    guard: {
      file: 'test/scoring/score-request.test.ts',
      name: 'with recording on > rows become documents; the same call again writes nothing twice',
    },
  },
];
