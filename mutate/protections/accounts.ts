import type { Protection } from '../protection.ts';

const replay = 'src/scoring/parked/replay-letters.ts';
const replayTest = 'test/scoring/parked/replay-letters.test.ts';
const drain = 'src/scoring/parked/drain-parked.ts';
const drainTest = 'test/scoring/parked/drain-parked.test.ts';
const accountTest = 'test/core/ledger/partition-account.test.ts';
const ledger = 'src/adapters/blob-ledger.ts';
const ledgerTest = 'test/adapters/blob-ledger.test.ts';
const reconcileTest = 'test/scoring/reconcile/reconcile.test.ts';

/** What left the road comes back to it once, and the receipts would tell if it did not. */
export const accounts: readonly Protection[] = [
  {
    id: 'parked-before-removed',
    figures: ['D23'],
    protects: 'A dead letter that is replayed is at no moment nowhere',
    file: replay,
    text: `  await parked.write(parkedPath(read.record), parkedReplay(read.record, model));
  // A letter that was written anew meanwhile stays: the app finds it again when it drains the record.
  await deadLetters.remove(path, read.version);
`,
    without: `  await deadLetters.remove(path, read.version);
  await parked.write(parkedPath(read.record), parkedReplay(read.record, model));
`,
    guard: { file: replayTest, name: 'what cannot be parked stays a dead letter and is named' },
  },
  {
    id: 'removed-as-it-was-read',
    figures: ['D23'],
    protects: 'A dead letter that was written anew during its replay is not thrown away',
    file: replay,
    text: 'await deadLetters.remove(path, read.version);',
    without: 'await deadLetters.remove(path);',
    guard: {
      file: replayTest,
      name: 'a letter that was written anew in the middle of its move stays for the app to find',
    },
  },
  {
    id: 'replay-keeps-identity',
    figures: ['D23'],
    protects: 'A record that is replayed becomes the document that it would have been',
    file: 'src/scoring/parked/parked-events.ts',
    text: '    ...(index !== undefined && { index }),\n',
    without: '',
    guard: {
      file: drainTest,
      name: 'dead letters that are replayed > are documents once what was wrong is mended, and nothing else',
    },
  },
  {
    id: 'former-letter-goes',
    figures: ['D23'],
    protects: 'A replayed record that fails for another reason is not also the dead letter that it was',
    file: drain,
    text: 'if (before !== undefined && !letterPaths.has(before)) await deadLetters.remove(before);',
    without: '',
    guard: {
      file: drainTest,
      name: 'dead letters that are replayed > that fail for another reason are not also what they were before, though the move was cut short',
    },
  },
  {
    id: 'no-model-no-loss',
    figures: ['D23'],
    protects: 'A replay with a model that is not there leaves dead letters what they were',
    file: 'src/scoring/parked/drain-track.ts',
    text: 'letter !== undefined && error.code === unknownModel',
    without: 'letter !== undefined && error.message === unknownModel',
    guard: {
      file: drainTest,
      name: 'dead letters that are replayed > for no-such-model, which is not there, are what they were',
    },
  },
  {
    id: 'let-go-with-a-place',
    figures: ['D12'],
    protects: 'A parked record is let go only when it has its place',
    file: drain,
    text: 'if (!track.waiting.has(record.record.id)) await letGo(',
    without: 'await letGo(',
    guard: { file: drainTest, name: 'parked records > that go through leave those behind that do not' },
  },
  {
    id: 'drain-asks-a-dark-sink-once',
    figures: ['D12'],
    protects: 'A sink that is still dark is not asked with all that is parked',
    file: drain,
    text: 'if (outcome.waiting > 0 && outcome.scored + outcome.rejected === 0) dark.add(lot.hub);',
    without: '',
    guard: {
      file: drainTest,
      name: 'parked records > stay, all of them, while the sink is dark; it is asked with one lot of the hub and not with the others',
    },
  },
  {
    id: 'drain-goes-on',
    figures: ['D12', 'D23'],
    protects: 'Parked records that turn out to be passed over are told to the ledger',
    file: drain,
    text: 'if (skips.length > 0) {',
    without: 'if (skips.length > 1_000_000) {',
    guard: { file: drainTest, name: 'parked records > that turn out to be no telemetry are told to the ledger' },
  },
  {
    id: 'intervals-united',
    figures: ['D1', 'D8'],
    protects: 'Receipts of batches that were delivered again with other borders are united, not summed',
    file: 'src/core/ledger/intervals.ts',
    text: 'if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);',
    without: 'if (last !== undefined && from > to) last[1] = Math.max(last[1], to);',
    guard: {
      file: accountTest,
      name: 'a healthy partition: every event has its place, whatever borders the deliveries had',
    },
  },
  {
    id: 'gaps-between-receipts',
    figures: ['D1'],
    protects: 'An event that no batch ever held is told',
    file: 'src/core/ledger/partition-account.ts',
    text: 'const due: Interval[] = last === undefined ? [] : [[first, last]];',
    without: 'const due: Interval[] = last === undefined ? [] : received;',
    guard: {
      file: accountTest,
      name: 'what is wrong is named > an event that the ledger never saw, between events that it saw',
    },
  },
  {
    id: 'doubles-told',
    figures: ['D8'],
    protects: 'An event with two places is told',
    file: 'src/core/ledger/event-verdict.ts',
    text: 'places.length > 1 ? [doubleOf(String(sequence), places)] : []',
    without: '[]',
    guard: { file: accountTest, name: 'records of a list > lie in one place when their event was parked whole' },
  },
  {
    id: 'ledger-read-again',
    figures: ['D1'],
    protects: 'A batch that is under way while all is compared makes no false alarm',
    file: 'src/scoring/reconcile/reconcile.ts',
    text: '    later = await records.ledger();\n',
    without: '',
    guard: { file: reconcileTest, name: 'a batch that is under way gets the time to reach the ledger' },
  },
  {
    id: 'side-track-read-twice',
    figures: ['D12', 'D23'],
    protects: 'A record that is drained while all is compared is in one place',
    file: 'src/core/ledger/settled-places.ts',
    text: 'before.filter((place) => !found.has(keyOf(place)))',
    without: 'before',
    guard: { file: reconcileTest, name: 'a record that is drained while all is read is in one place' },
  },
  {
    id: 'record-removed-as-read',
    figures: ['D23'],
    protects: 'A record that was written anew since it was read is not removed',
    file: 'src/adapters/blob-records.ts',
    text: 'version === undefined ? {} : { conditions: { ifMatch: version } }',
    without: '{}',
    guard: {
      file: 'test/adapters/blob-records.test.ts',
      name: 'a record is read with its version, and removed only as the version that was read',
    },
  },
  {
    id: 'ledger-goes-on',
    figures: ['D1'],
    protects: 'An hour with more lines than a blob takes goes on in the next one',
    file: ledger,
    text: 'if (isLostRace(error)) return false;',
    without: 'if (isLostRace(error)) return true;',
    guard: { file: ledgerTest, name: 'a full blob is followed by the next part, for every writer' },
  },
  {
    id: 'ledger-begun-once',
    figures: ['D1', 'two-hosts'],
    protects: 'Writers that begin an hour together do not wipe out what the others wrote',
    file: ledger,
    text: "conditions: { ifNoneMatch: '*' } };",
    without: 'conditions: {} };',
    guard: { file: ledgerTest, name: 'writers that begin an hour together lose nothing' },
  },
  {
    id: 'blob-window-under-etag',
    figures: ['D8'],
    protects: 'Two writers of one window of a blob sink do not write over each other',
    file: 'src/adapters/blob-sink.ts',
    text: "        conditions: etag === undefined ? { ifNoneMatch: '*' } : { ifMatch: etag },\n",
    without: '',
    guard: { file: 'test/adapters/blob-sink.test.ts', name: 'writers of one window lose nothing of each other' },
  },
];
