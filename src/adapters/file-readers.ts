import type { FileReaders } from '../scoring/file-reading.ts';
import { readParquet } from './parquet/read-parquet.ts';
import { readPicture, readPictures } from './pictures/read-pictures.ts';

/** Readers of all formats that are no streams of bytes. */
export const fileReaders: FileReaders = { parquet: readParquet, picture: readPicture, pictures: readPictures };
