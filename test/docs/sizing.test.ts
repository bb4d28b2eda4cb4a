import { expect, test } from 'vitest';
import { commandTable } from '../../src/cli/command-table.ts';
import { runInProcess } from '../cli/run-in-process.ts';
import { snippetsOf, textOf } from './markdown.ts';

const snippets = snippetsOf('docs/sizing.md').map(({ text }) => text);

test('docs/sizing.md prints the reference case as the command does', async () => {
  const { code, out } = await runInProcess(['size', '--devices', '50000'], { twinFolder: '/nowhere' });
  expect(code).toBe(0);
  expect(snippets).toContain(out);
});

test('its commands use options that there are', async () => {
  const size = await commandTable.size!();
  const used = [...textOf('docs/sizing.md').matchAll(/ `?--([a-z][\w-]*)/g)].map(([, option]) => option!);
  expect(used.length).toBeGreaterThan(8);
  expect(used.filter((option) => !['help', ...Object.keys(size.options)].includes(option))).toEqual([]);
});
