/** A Parquet file is not what it says, or is of a kind that is not read. Thrown in the thread that reads it. */
export class ParquetError extends Error {
  override readonly name = 'ParquetError';
  readonly code: 'parquet.malformed' | 'parquet.unsupported' | 'file.too_large';

  constructor(code: ParquetError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

export const malformed = (message: string): ParquetError => new ParquetError('parquet.malformed', message);

export const unsupported = (message: string): ParquetError => new ParquetError('parquet.unsupported', message);
