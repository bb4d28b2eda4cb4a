import type { Code } from '../codes.ts';

/** The HTTP status of each code that is not simply a bad request (400). */
const statusOf: Partial<Record<Code, number>> = {
  'route.not_found': 404,
  'model.unknown': 404,
  'model.not_allowed': 403,
  'method.not_allowed': 405,
  'id.conflict': 409,
  'body.too_large': 413,
  'request.too_many_rows': 413,
  'media_type.unsupported': 415,
  'encoding.unsupported': 415,
  'output.not_finite': 422,
  'value.overflow': 422,
  'feature.outlier': 422,
  'request.overloaded': 429,
  'request.id_too_long': 431,
  'model.not_ready': 503,
  'model.mismatch': 503,
  'model.malformed': 503,
  'model.unsupported': 503,
  'model.golden_failed': 503,
  'expression.malformed': 503,
  'fit.impossible': 503,
  'fit.missing': 503,
  'manifest.invalid': 503,
  'package.broken': 503,
  'aliases.invalid': 503,
  'routes.invalid': 503,
  'settings.missing': 503,
  'sink.throttled': 503,
  'sink.unavailable': 503,
  'storage.unavailable': 503,
  'model.run_failed': 500,
  'sink.partition_full': 500,
  'sink.refused': 500,
  'internal.unexpected': 500,
  'request.timed_out': 504,
};

/** The HTTP status that tells a caller of this code. */
export const httpStatusOf = (code: Code): number => statusOf[code] ?? 400;
