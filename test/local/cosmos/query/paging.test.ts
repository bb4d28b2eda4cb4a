import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ask, askPages } from './ask.ts';

const anyDocuments = fc.array(
  fc.record(
    {
      a: fc.constantFrom(1, 2, 'x', null, true),
      b: fc.integer({ min: 0, max: 3 }),
      list: fc.array(fc.nat(2), { maxLength: 3 }),
    },
    { requiredKeys: ['list'] },
  ),
  { maxLength: 20 },
);

const anyQuery = fc.constantFrom(
  'SELECT * FROM c',
  'SELECT c.a FROM c WHERE c.b > 0',
  'SELECT VALUE c.a FROM c',
  'SELECT TOP 5 * FROM c',
  'SELECT * FROM c ORDER BY c.a',
  'SELECT VALUE c.a FROM c ORDER BY c.b DESC',
  'SELECT TOP 5 * FROM c ORDER BY c.a DESC',
  'SELECT * FROM c ORDER BY c.a, c.b DESC',
  'SELECT VALUE x FROM c JOIN x IN c.list',
  'SELECT VALUE [c.a ?? 0, x] FROM c JOIN x IN c.list ORDER BY c.a',
  'SELECT DISTINCT VALUE c.b FROM c',
  'SELECT * FROM c OFFSET 3 LIMIT 7',
  'SELECT c.b, COUNT(1) AS n FROM c GROUP BY c.b',
);

test('pages of any size hold together what one page holds', () => {
  fc.assert(
    fc.property(anyQuery, anyDocuments, fc.integer({ min: 1, max: 7 }), (text, documents, itemsMax) => {
      const pages = askPages(text, documents, itemsMax);
      expect(pages.flat()).toEqual(ask(text, documents));
      for (const page of pages) expect(page.length).toBeLessThanOrEqual(itemsMax);
    }),
    { numRuns: 500 },
  );
});
