/**
 * The closed list of what can go wrong. A code never changes its meaning once released: people filter dead letters
 * and alerts by it. Each has an entry in `docs/operations.md`; a test compares the two.
 */
export const codes = {
  // A record, or one of its values.
  'json.malformed': 'The text is not JSON.',
  'text.not_utf8': 'The bytes are not UTF-8.',
  'record.not_an_object': 'A record must be a JSON object of named values.',
  'record.empty': 'There is no record in the body.',
  'feature.missing': 'A feature without a policy for missing values has none.',
  'feature.wrong_type': 'A value has another type than its feature.',
  'feature.out_of_range': 'A value lies outside the bounds of its feature.',
  'feature.unknown_category': 'A value is not in the vocabulary of its feature.',
  'feature.too_long': 'A text is longer than a value may be.',
  'number.malformed': 'A text cannot be read as a decimal number.',
  'number.overflow': 'A number is too large for the type that the model computes in.',
  'number.not_integer': 'A number of an integer feature has a fraction, or more digits than can be kept.',
  'timestamp.malformed': 'A value is neither an ISO 8601 time nor a number of milliseconds since 1970.',
  'key.malformed': 'The key of a record is not a short text or a number.',
  'feature.outlier': 'A value lies outside the fences of a step that rejects outliers.',
  'value.overflow':
    'What the preprocessing made of the record is not a finite number of the type that the model takes.',
  'output.not_finite': 'The model answered NaN or infinity for this record.',
  'id.conflict': 'A document with this id and another input exists already.',
  // A file.
  'file.not_found': 'The announced blob is gone.',
  'file.changed': 'The blob was overwritten while it was read.',
  'file.unknown_format': 'The ending of the file name names no format that is read.',
  'file.too_many_errors': 'More rows were wrong than the route allows.',
  'csv.no_header': 'The file is empty: not even a header line.',
  'csv.missing_column': 'The header lacks a column that the model needs.',
  'csv.duplicate_column': 'Two columns of the header mean the same feature.',
  'csv.wrong_field_count': 'A row has more or fewer fields than the header.',
  'csv.unclosed_quote': 'A quote is opened and never closed, or closed in the middle of a field.',
  'row.too_long': 'A row is longer than a row may be.',
  // A call.
  'route.not_found': 'Nothing is served at this path.',
  'method.not_allowed': 'The path is served, but not with this method.',
  'media_type.unsupported': 'The content type of the body is not one that is read.',
  'body.too_large': 'The body is larger than a body may be.',
  'request.too_many_rows': 'The call has more rows than a call may have.',
  'request.malformed_id': 'The request id is too long or holds control characters.',
  'model.unknown': 'No model of this name, or not this version of it, is installed.',
  // The system itself: nobody sent anything wrong.
  'model.not_ready': 'The model is installed and cannot be loaded.',
  'model.malformed': 'The file is no ONNX model, or a broken one.',
  'model.unsupported': 'The model needs something that cannot be run safely or at all.',
  'model.tensors_only': 'The model takes tensors, not rows.',
  'model.golden_failed': 'The package does not answer its golden rows as it must.',
  'model.mismatch': 'The manifest does not fit the model file.',
  'model.run_failed': 'The model failed while it ran.',
  'manifest.invalid': 'A manifest does not say what a manifest must say.',
  'package.sealed': 'A version that is sealed may not change any more.',
  'package.broken': 'The files of a package are not those that its seal (digests.json) names.',
  'aliases.invalid': 'aliases.json does not say what it must say.',
  'expression.malformed': 'A derived feature is no expression of the language.',
  'fit.impossible': 'A step cannot learn from this data.',
  'fit.missing': 'A step needs values that nothing has learned yet.',
  'routes.invalid': 'routes.json does not say what it must say, or names what is not there.',
  'settings.missing': 'An app setting is missing.',
  'sink.throttled': 'The database asks to slow down.',
  'sink.unavailable': 'The database does not answer.',
  'sink.refused': 'The database refuses this document for good.',
  'storage.unavailable': 'Blob storage does not answer.',
  'internal.unexpected': 'A fault in Sluice itself.',
} as const;

export type Code = keyof typeof codes;
