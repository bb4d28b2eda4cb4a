/** The thread that reads Parquet files, except that it begins late, as on a busy machine. */
import { setTimeout as delay } from 'node:timers/promises';

await delay(3_500);
await import('../../../src/adapters/threads/parquet.ts');
