import type { Protection } from '../protection.ts';

const windows = 'src/adapters/windowed-sink.ts';
const packed = 'src/adapters/cosmos-packed-sink.ts';
const packedTest = 'test/adapters/cosmos-packed-sink.test.ts';

/** Scores that share an item are each there once, whoever writes it and however often. */
export const packing: readonly Protection[] = [
  {
    id: 'window-under-etag',
    figures: ['D8'],
    protects: 'Two writers of one window do not write over each other',
    file: packed,
    text: "{ type: 'IfMatch', condition: etag }",
    without: "{ type: 'IfMatch', condition: '*' }",
    guard: { file: packedTest, name: 'writers of one window lose nothing of each other, however they race' },
  },
  {
    id: 'window-merged',
    figures: ['D8'],
    protects: 'A score that is in its window is not added to it again',
    file: windows,
    text: '    if (other !== undefined) continue;\n',
    without: '',
    guard: {
      file: packedTest,
      name: 'a redelivered batch with other borders adds nothing twice, and changes nothing that is there',
    },
  },
  {
    id: 'packed-digests-compared',
    figures: ['D9'],
    protects: 'An id that comes again with another input is flagged in a window, too',
    file: windows,
    text: "other === undefined ? { kind: 'created' } : compareDocuments(document, other)",
    without: "{ kind: 'created' }",
    guard: {
      file: packedTest,
      name: 'the same id with another input is a fault of that document alone; between versions the first wins',
    },
  },
  {
    id: 'window-continued',
    figures: ['D8', 'D14'],
    protects: 'A score beyond what an item holds is found in the next part',
    file: 'src/core/outputs/pack-scores.ts',
    text: '...(left.length > 0 && { continued: true })',
    without: '',
    guard: {
      file: packedTest,
      name: 'a window that would burst goes on in further parts > none of which is larger than it may be, and each score is in one of them',
    },
  },
  {
    id: 'neighbours-of-a-refused-score',
    figures: ['D6'],
    protects: 'What the database refuses for good takes nobody else of its window with it',
    file: windows,
    text: "if (failure.kind === 'fault' && documents.length > 1) return this.#writeInHalves(window, documents);",
    without: '',
    guard: { file: packedTest, name: 'what the service refuses for good takes nobody else of its window with it' },
  },
];
