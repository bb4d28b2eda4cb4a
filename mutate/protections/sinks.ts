import type { Protection } from '../protection.ts';

const sink = 'src/adapters/cosmos-sink.ts';
const sinkTest = 'test/adapters/cosmos-sink.test.ts';
const faultsTest = 'test/adapters/cosmos-sink-faults.test.ts';
const failure = 'src/adapters/cosmos-failure.ts';

/** What the database says of each document is heard, and it is never asked for more than it bears. */
export const sinks: readonly Protection[] = [
  {
    id: 'full-partition-holds-it-already',
    figures: ['D11'],
    protects: 'A repetition that a full partition turns away is no dead letter beside its document',
    file: sink,
    text: 'return isFull ? this.#compareWithStored(document, failure) : failure;',
    without: 'return isFull ? failure : failure;',
    guard: { file: faultsTest, name: 'what a partition already holds when it is full has its place (3 documents)' },
  },
  {
    id: 'status-of-each-item',
    figures: ['D11'],
    protects: 'An item of a bulk answer that failed is not taken for written',
    file: sink,
    text: `      if (isSuccess(status)) return { kind: 'created' };
      return this.#refused`,
    without: `      if (answer !== undefined) return { kind: 'created' };
      return this.#refused`,
    guard: {
      file: faultsTest,
      name: 'of a bulk answer (207) every item is read: what failed is an error, what went through is there',
    },
  },
  {
    id: 'status-of-each-operation',
    figures: ['D11'],
    protects: 'A transactional batch of which one operation failed is not taken for written',
    file: sink,
    text: 'operations.length === group.length && operations.every(({ statusCode }) => isSuccess(statusCode))',
    without: 'operations.length === group.length',
    guard: {
      file: faultsTest,
      name: 'a transactional batch of which one operation fails (207) is no success of the others',
    },
  },
  {
    id: 'retry-after-passed-on',
    figures: ['D10'],
    protects: 'How long the database asks to be left alone is known to who waits',
    file: failure,
    text: "...(typeof retryAfterInMs === 'number' && { retryAfterMs: retryAfterInMs }),",
    without: '',
    guard: {
      file: faultsTest,
      name: 'a database that slows us down says for how long, and it is passed on (1 documents)',
    },
  },
  {
    id: 'answers-to-batches',
    figures: ['D10', 'partition-full'],
    protects: 'What the database answers to a transactional batch is known for what it is',
    file: failure,
    text: 'return error.code === undefined && error.cause?.code !== undefined ? error.cause : error;',
    without: 'return error;',
    guard: { file: faultsTest, name: 'a full partition is a fault of its own, by its name (3 documents)' },
  },
  {
    id: 'full-partition-named',
    figures: ['partition-full'],
    protects: 'A document for which there is no room is a dead letter, instead of holding its partition up',
    file: failure,
    text: 'const partitionIsFull = 1014;',
    without: 'const partitionIsFull = 0;',
    guard: { file: faultsTest, name: 'a full partition is a fault of its own, by its name (1 documents)' },
  },
  {
    id: 'other-403-heals',
    figures: ['D11'],
    protects: 'Access that is denied for a while makes no dead letters',
    file: failure,
    text: 'if (code === forbidden && substatus === partitionIsFull) {',
    without: 'if (code === forbidden) {',
    guard: {
      file: faultsTest,
      name: 'another 403 than that of a full partition may heal: access that is granted a minute later',
    },
  },
  {
    id: 'requests-end-in-time',
    figures: ['D5', 'D13'],
    protects: 'A request that is not answered is given up',
    file: sink,
    text: 'return { abortSignal: AbortSignal.timeout(this.#requestTimeoutMs) };',
    without: 'return {};',
    guard: { file: faultsTest, name: 'a request that is not answered is given up in time' },
  },
  {
    id: 'requests-bounded',
    figures: ['D13'],
    protects: 'A slow database does not make work pile up',
    file: sink,
    text: 'const requestsMax = 32;',
    without: 'const requestsMax = 3_200;',
    guard: {
      file: sinkTest,
      name: 'while the service is slow no more than the bound is under way, however much there is to write',
    },
  },
  {
    id: 'refused-before-it-is-sent',
    figures: ['D14'],
    protects: 'What no database takes is not sent, again and again, beside the others of its batch',
    file: sink,
    text: 'if (refusal === undefined) fitting.push(document);',
    without: 'if (fitting.push(document)) continue;',
    guard: {
      file: sinkTest,
      name: 'what no Cosmos DB would take is refused before anything is sent: too large a document, too long an id',
    },
  },
];
