import type { Protection } from '../protection.ts';

const latest = 'src/adapters/cosmos-latest.ts';
const latestTest = 'test/adapters/cosmos-latest.test.ts';
const resends = 'src/adapters/cosmos-resends.ts';
const resendsTest = 'test/adapters/cosmos-resends.test.ts';
const streamSinkTest = 'test/scoring/sinks/stream-sink.test.ts';
const manyWriters =
  'many writers, whatever order > end with the last score on top, and pass nothing but newer ones on the way (seed 1)';

/** The last score of a device never goes back, its resends are known, and its alarms arrive. */
export const order: readonly Protection[] = [
  {
    id: 'order-by-broker-time',
    figures: ['D15', 'D16'],
    protects: 'What is last is decided by when the broker took it',
    file: 'src/core/latest-order.ts',
    text: '    compare(a.enqueuedAt, b.enqueuedAt) ||\n',
    without: '',
    guard: {
      file: 'test/core/latest-order.test.ts',
      name: 'the broker time decides, then the sequence number, then the place in the body',
    },
  },
  {
    id: 'older-stays-below',
    figures: ['D16'],
    protects: 'An older score never takes the place of a newer one',
    file: latest,
    text: 'compareRecency(document.source, top.source) <= 0',
    without: 'compareRecency(document.source, top.source) === 0',
    guard: { file: latestTest, name: 'it never goes back: neither this writer nor one that begins anew' },
  },
  {
    id: 'replace-under-etag',
    figures: ['D16'],
    protects: 'Two writers do not write over each other',
    file: latest,
    text: "accessCondition: { type: 'IfMatch', condition: top.etag },",
    without: '',
    guard: {
      file: latestTest,
      name: 'what another writer has put on top since is not written over by one that is older',
    },
  },
  {
    id: 'last-of-a-batch',
    figures: ['D16'],
    protects: 'Of a batch in any order the last score is the one that is kept',
    file: latest,
    text: 'compareRecency(b.source, a.source) > 0 ? b : a',
    without: 'b',
    guard: { file: latestTest, name: manyWriters },
  },
  {
    id: 'latest-before-documents',
    figures: ['D16'],
    protects: 'That a document is there says that all else about it is done',
    file: 'src/scoring/sinks/stream-sink.ts',
    text: 'new SinkChain(stages)',
    without: 'new SinkChain(stages.toReversed())',
    guard: {
      file: streamSinkTest,
      name: 'with latest, the last scores are brought up to date before the documents',
    },
  },
  {
    id: 'stages-in-turn',
    figures: ['D8'],
    protects: 'What a stage stops gets no document, which would be a second place',
    file: 'src/scoring/sinks/sink-chain.ts',
    text: 'this.#passesSo(results.get(document)) && this.#stageOf(document) === i',
    without: 'i === i || document',
    guard: {
      file: 'test/scoring/sinks/sink-chain.test.ts',
      name: 'a document passes all stages in turn; what a stage stops goes no further',
    },
  },
  {
    id: 'resends-known',
    figures: ['D8'],
    protects: 'What a device sends again within the window is passed over',
    file: resends,
    text: 'if (Math.abs(distanceMs) <= claim.windowMs) return verdictOn(claim, stored);',
    without: '',
    guard: {
      file: resendsTest,
      name: 'a message is new once; what comes again within the window is a resend, for every process',
    },
  },
  {
    id: 'redelivery-is-no-resend',
    figures: ['D8'],
    protects: 'An event that the hub delivers again does not pass for one that its device sent again',
    file: resends,
    text: "if (isSame(claim.source, stored.source)) return { kind: 'existed' };",
    without: '',
    guard: { file: resendsTest, name: 'a replay of the same record is no resend, before and after its resend' },
  },
  {
    id: 'resend-digests-compared',
    figures: ['D9'],
    protects: 'A message id that comes again with another input is flagged',
    file: resends,
    text: '!isComparable || claim.inputDigest === stored.inputDigest',
    without: 'claim !== stored',
    guard: { file: resendsTest, name: 'another input under the same id is a fault, never passed over in silence' },
  },
  {
    id: 'outbound-message-id',
    figures: ['D8'],
    protects: 'A receiver of alarms can tell a repetition by its message id',
    file: 'src/adapters/event-hub-outbound.ts',
    text: '  messageId: document.id,\n',
    without: '',
    guard: {
      file: 'test/adapters/event-hub-outbound.test.ts',
      name: 'a document arrives whole, with its id as message id and its device as partition key',
    },
  },
  {
    id: 'outbound-key',
    figures: ['D16'],
    protects: 'Alarms of one device stay in order',
    file: 'src/scoring/sinks/outbound-sink.ts',
    text: 'if (key === undefined) return document.key;',
    without: 'if (key === undefined) return undefined;',
    guard: {
      file: streamSinkTest,
      name: 'outbound > sends the scores that a rule asks for, each with its device as key',
    },
  },
];
