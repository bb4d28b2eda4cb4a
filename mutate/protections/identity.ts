import type { Protection } from '../protection.ts';

const ids = 'src/core/ids.ts';
const idTest = 'test/core/ids.test.ts';
const sink = 'src/adapters/cosmos-sink.ts';
const sinkTest = 'test/adapters/cosmos-sink.test.ts';

/** A record has one id whatever comes again, and what is there under an id stays. */
export const identity: readonly Protection[] = [
  {
    id: 'id-of-list-item',
    figures: ['D8'],
    protects: 'Records of one event do not take each other for repetitions',
    file: ids,
    text: 'const at = source.index === undefined ? String(source.sequence)',
    without: 'const at = source.hub !== undefined ? String(source.sequence)',
    guard: {
      file: 'test/scoring/score-events.test.ts',
      name: 'several records in one body have ids and fates of their own',
    },
  },
  {
    id: 'id-of-enqueued-time',
    figures: ['D8', 'D17'],
    protects: 'Events of a hub that was made anew do not pass for those before',
    file: ids,
    text: 'timePart(source.enqueuedAt)',
    without: 'timePart(source.enqueuedAt.slice(0, 10))',
    guard: { file: idTest, name: 'an id can be read back, holds nothing that Cosmos DB refuses and fits' },
  },
  {
    id: 'id-escapes',
    figures: ['D14'],
    protects: 'Names with / \\ ? # make ids that the database takes',
    file: ids,
    text: 'part.replace(/[^A-Za-z0-9._-]/gu,',
    without: 'part.replace(/[^A-Za-z0-9._/-]/gu,',
    guard: { file: idTest, name: 'ids are as they are written down' },
  },
  {
    id: 'time-of-the-broker-is-utc',
    figures: ['D15'],
    protects: 'The zone of the machine that scores has no part in ids',
    file: 'src/adapters/event-hub-trigger.ts',
    text: '.test(text) ? text :',
    without: '.test(text) || text ? text :',
    guard: {
      file: 'test/adapters/triggers.test.ts',
      name: "the Event Hubs trigger > the broker's time is UTC, whether the host says so or not, and wherever this machine stands",
    },
  },
  {
    id: 'partition-by-event-time',
    figures: ['D15'],
    protects: 'A document lies in the partition of its event, whenever it is scored',
    file: 'src/core/source.ts',
    text: 'source.enqueuedAt.slice(0, 10)',
    without: 'new Date(Date.now() + 9e9).toISOString().slice(0, 10)',
    guard: {
      file: 'test/scoring/score-events.test.ts',
      name: 'each event becomes one document, with the id of its position',
    },
  },
  {
    id: 'create-alone',
    figures: ['D8', 'D9'],
    protects: 'A document that is there is never overwritten by one that is written alone',
    file: sink,
    text: 'this.#container.items.create(document, {',
    without: 'this.#container.items.upsert(document, {',
    guard: { file: sinkTest, name: '1 documents that are there already are done, and stay as they were' },
  },
  {
    id: 'create-together',
    figures: ['D8', 'D9'],
    protects: 'A document that is there is never overwritten by a batch or in bulk',
    file: sink,
    text: "operationType: 'Create'",
    without: "operationType: 'Upsert'",
    guard: { file: sinkTest, name: '256 documents that are there already are done, and stay as they were' },
  },
  {
    id: 'digests-compared',
    figures: ['D9'],
    protects: 'An id that comes again with another input is flagged',
    file: 'src/scoring/compare-documents.ts',
    text: 'stored.inputDigest === document.inputDigest || stored.version !== document.version',
    without: 'stored.id === document.id',
    guard: {
      file: 'test/scoring/score-events.test.ts',
      name: 'the same id with another input is flagged, never overwritten',
    },
  },
  {
    id: 'first-version-wins',
    figures: ['alias-flip'],
    protects: 'A batch that comes again with a newer version of the model is done, not a conflict',
    file: 'src/scoring/compare-documents.ts',
    text: ' || stored.version !== document.version',
    without: '',
    guard: { file: sinkTest, name: 'between versions of a model the first document wins' },
  },
];
