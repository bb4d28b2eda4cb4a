import { expect, test } from 'vitest';
import { disasters } from '../../../local/chaos/disaster-list.ts';
import { tableRowsOf } from '../../docs/markdown.ts';

test('docs/chaos.md has a line for each disaster, in the words of the program', () => {
  const rows = tableRowsOf('docs/chaos.md').map(([name, title]) => `${name}: ${title}`);
  for (const { name, title } of disasters) expect(rows).toContain(`${name}: ${title}`);
});
