/** Every quantity that arrives from outside has a ceiling, named in the fault that it causes. Units last, then `Max`. */
export const limits = {
  /** Body of a call that carries rows. */
  requestBytesMax: 8 << 20,
  requestRowsMax: 50_000,
  /** Rows of a call, whatever the app's settings say. */
  requestRowsCeiling: 1_000_000,
  /** Body of a call that carries tensors. */
  tensorRequestBytesMax: 64 << 20,
  /** How many times larger than it came a compressed body may become, once it is larger than a body of rows. */
  expansionMax: 100,
  /** How long a call may take, what it waits for included. */
  requestMsMax: 60_000,
  /** How long the body of a call may take to come in. */
  requestBodyMsMax: 20_000,
  /** Calls that are worked on at once in one process; the next ones wait. */
  callsMax: 256,
  callsWaitingMax: 2_048,
  /** Bodies of calls that are worked on or wait, in one process together. */
  callsBytesMax: 256 << 20,
  /** Lists and objects inside each other in a body. */
  jsonDepthMax: 64,
  /** Names in one object of a body. */
  jsonNamesMax: 4_096,
  /** Lists and objects of a body. */
  jsonPartsMax: 262_144,
  /** Dimensions of a tensor in a call, and inputs or outputs that one names. */
  tensorDimsMax: 16,
  tensorsMax: 4_096,
  requestIdCharactersMax: 100,
  /** Faults listed in one answer; the others are counted. */
  requestFaultsMax: 100,
  /** Body of an event when it is unpacked. */
  eventBytesMax: 16 << 20,
  /** Records in one event body. */
  eventRowsMax: 10_000,
  /** Rows of one batch on the road: a chunk for the model is never larger. */
  batchRowsMax: 4_096,
  featuresMax: 2_048,
  aliasesMax: 16,
  categoriesMax: 65_536,
  /** A text value or a key, in UTF-16 units. */
  textCharactersMax: 32_768,
  keyCharactersMax: 256,
  /** What a sender calls a message; more of it is not looked at. */
  messageIdCharactersMax: 1_024,
  rowBytesMax: 1 << 20,
  csvColumnsMax: 16_384,
  /** What may come out of a packed file: so many times its bytes, once it is more than what is free, and never more than that. */
  unpackedRatioMax: 200,
  unpackedFreeBytes: 64 << 20,
  unpackedBytesMax: 2 ** 40,
  /** Of a Parquet file: what describes it, one page, the rows of a page, and what is read of one row group. */
  parquetFooterBytesMax: 16 << 20,
  parquetPageBytesMax: 64 << 20,
  parquetPageRowsMax: 1 << 22,
  parquetGroupBytesMax: 512 << 20,
  /** A picture as it comes, its pixels unless the manifest says otherwise, and whatever that says; a side of what a model takes. */
  pictureBytesMax: 64 << 20,
  picturePixelsMax: 20_000_000,
  picturePixelsCeiling: 200_000_000,
  pictureSideMax: 4_096,
  /** The directory of an archive. */
  archiveDirectoryBytesMax: 64 << 20,
  /** Different rows of a file that are remembered to drop duplicates: at most 128 MiB. */
  distinctRowsMax: 2 ** 22,
  /** Spellings of a missing value in a CSV file. */
  missingSpellingsMax: 32,
  missingCharactersMax: 64,
  /** An id in Cosmos DB, in UTF-8 bytes. */
  documentIdBytesMax: 1_023,
  /** A document in Cosmos DB, as JSON. */
  documentBytesMax: 2 << 20,
  stepsMax: 256,
  /** Classes of a target whose separation is measured. */
  classesMax: 10_000,
  /** Bins of one column. */
  binsMax: 1_000,
  /** Columns of one principal component analysis, whose cost grows with their third power. */
  pcaColumnsMax: 512,
  polynomialDegreeMax: 8,
  /** Columns that one polynomial step makes. */
  polynomialTermsMax: 8_192,
  /** Numbers that a step keeps in memory while it learns, in all its columns together. */
  fitValuesMax: 2 ** 24,
  /** Different values of one number column whose most frequent one is sought. */
  fitDistinctValuesMax: 2 ** 20,
  expressionCharactersMax: 4_096,
  /** Brackets, functions and powers inside each other in an expression. */
  expressionDepthMax: 64,
  goldenCasesMax: 100,
  goldenRowsMax: 1_000,
  /** Classes in one answer of the most probable ones. */
  topMax: 1_000,
  manifestBytesMax: 4 << 20,
  modelBytesMax: 2 ** 31 - 1,
  /** Files of one package version. */
  packageFilesMax: 64,
  /** Keys of callers, and models that one of them may name. */
  accessKeysMax: 1_000,
  accessKeyModelsMax: 256,
  /** How long a message of a device is remembered, and rules by which scores of one stream are sent on. */
  resendMinutesMax: 10_080,
  outboundRulesMax: 16,
  /** Classes of one output that figures tell apart; all others are counted together. */
  metricClassesMax: 100,
  /** Models that the events of one stream may ask for. */
  routeModelsMax: 64,
  /** Aliases of one model, and moves of them that are remembered. */
  modelAliasesMax: 32,
  aliasHistoryMax: 100,
} as const;
