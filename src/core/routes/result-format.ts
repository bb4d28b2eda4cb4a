import { describeValue, type Fault } from '../fault.ts';
import { parseMediaType } from '../protocols/media-type.ts';
import type { FileRoute } from './routes.ts';

/** How scores of files are written. */
export const resultFormats = ['csv', 'ndjson', 'parquet'] as const;
export type ResultFormat = (typeof resultFormats)[number];

/** The media type that an upload asks with, in its metadata `accept`. */
export const mediaTypeOf: Readonly<Record<ResultFormat, string>> = {
  csv: 'text/csv',
  ndjson: 'application/x-ndjson',
  parquet: 'application/vnd.apache.parquet',
};

/** undefined when these are no words for a format: a short word, or a media type. */
export function resultFormatOf(asked: string): ResultFormat | undefined {
  const { type } = parseMediaType(asked);
  return resultFormats.find((format) => format === type || mediaTypeOf[format] === type);
}

/**
 * The route of a file whose upload may ask for another format of the results.
 * @param asked the metadata `accept` of the blob
 * @returns the route as it holds for this file; or a fault, since a guess would only show when somebody reads the results
 */
export function routeAsked(route: FileRoute, asked: string | undefined): FileRoute | Fault {
  if (asked === undefined) return route;
  const results = resultFormatOf(asked);
  if (results !== undefined) return { ...route, results };
  const expected = [...Object.values(mediaTypeOf), ...resultFormats].join(', ');
  return {
    code: 'file.unknown_results',
    path: '/metadata/accept',
    expected: `the upload to ask for results as one of ${expected}`,
    got: describeValue(asked),
  };
}
