import { expect, test } from 'vitest';
import { parquetLines } from '../../../src/core/formats/parquet-lines.ts';
import { csvLines, ndjsonLines } from '../../../src/core/formats/score-lines.ts';
import { mediaTypeOf, resultFormatOf, routeAsked } from '../../../src/core/routes/result-format.ts';
import { routesSchema } from '../../../src/core/routes/routes.ts';

const route = routesSchema.parse({ files: [{ prefix: 'a/', model: 'a', results: 'csv', errorsMax: 3 }] }).files[0]!;

test.each([
  ['text/csv', 'csv'],
  ['text/csv; charset=utf-8', 'csv'],
  ['Application/X-NDJSON', 'ndjson'],
  ['application/vnd.apache.parquet', 'parquet'],
  ['parquet', 'parquet'],
  [' csv ', 'csv'],
  ['application/json', undefined],
  ['*/*', undefined],
  ['text/csv, application/x-ndjson', undefined],
  ['', undefined],
  ['constructor', undefined],
])('%j asks for %s', (asked, format) => {
  expect(resultFormatOf(asked)).toBe(format);
});

test('the media types are those that the results are written with', () => {
  const written = [csvLines, ndjsonLines, parquetLines].map((lines) => lines([], new Set()));
  expect(Object.entries(mediaTypeOf)).toEqual(written.map(({ extension, contentType }) => [extension, contentType]));
});

test('what an upload asks for wins over its route, which says the rest', () => {
  expect(routeAsked(route, 'application/vnd.apache.parquet')).toEqual({ ...route, results: 'parquet' });
  expect(routeAsked(route, undefined)).toBe(route);
});

test('an unknown wish is a fault that names it and what could be asked for', () => {
  expect(routeAsked(route, 'application/xml')).toMatchObject({
    code: 'file.unknown_results',
    path: '/metadata/accept',
    expected: expect.stringContaining('application/vnd.apache.parquet'),
    got: '"application/xml"',
  });
});
