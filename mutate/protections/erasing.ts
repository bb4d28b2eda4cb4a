import type { Protection } from '../protection.ts';

const eraseKey = 'src/scoring/erase/erase-key.ts';
const eraseEach = 'src/scoring/erase/erase-each.ts';
const eraseTest = 'test/scoring/erase/erase-key.test.ts';
const advisories = 'scripts/package/advisories.ts';

/** What is said to be erased, or to be without advisories, is. */
export const erasing: readonly Protection[] = [
  {
    id: 'erased-once-more',
    figures: ['erase'],
    protects: 'A score that arrives behind the back of who erases is erased too',
    file: eraseKey,
    text: 'let isQuiet = !options.isReal || !hasErased(report);',
    without: 'let isQuiet = true;',
    guard: {
      file: eraseTest,
      name: 'going through all places > what comes into a place that was gone through already is erased by another round',
    },
  },
  {
    id: 'erase-place-fails-alone',
    figures: ['erase'],
    protects: 'A place that fails does not keep the others from being erased, nor the report from being told',
    file: eraseKey,
    text: '        if (isDark) dark.add(service);\n',
    without: '        throw error;\n',
    guard: { file: eraseTest, name: 'going through all places > a place that fails ends no other, and says why' },
  },
  {
    id: 'erase-stopped-is-not-clean',
    figures: ['erase'],
    protects: 'What was not gone through to its end is not called erased',
    file: eraseEach,
    text: 'return { isAll: false, found, erased, left, stopped };',
    without: 'return { isAll: true, found, erased, left };',
    guard: {
      file: eraseTest,
      name: 'going through the items of a place > where everything fails the rest is not tried, and is counted',
    },
  },
  {
    id: 'advisories-unknown-are-no-pass',
    figures: ['audit'],
    protects: 'A registry that serves no advisories does not pass a package',
    file: advisories,
    text: 'exitCode: 3,',
    without: 'exitCode: 0,',
    guard: {
      file: 'test/package/supply.test.ts',
      name: 'npm run audit > passes only on an answer: a registry that serves no advisories is no good news',
    },
  },
];
