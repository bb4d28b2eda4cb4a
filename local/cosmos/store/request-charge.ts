/**
 * Request units after the documented rules of thumb: reading a document of 1 KB costs 1 RU and one of 100 KB 10 RU,
 * writing costs five times that. The service's exact figures depend on indexes and consistency, these do not.
 */
import type { Page } from '../query/page.ts';

const bytesPerKb = 1024;

export function readCharge(documentBytes: number): number {
  const kb = Math.max(1, documentBytes / bytesPerKb);
  return rounded(1 + (kb - 1) / 11);
}

export function writeCharge(documentBytes: number): number {
  return rounded(5 * readCharge(documentBytes));
}

/** What a request costs that finds nothing to do, or fails. */
export const refusalCharge = 1;

/** Requests about databases and containers themselves. */
export const resourceCharge = 1;

const query = { base: 2.3, perReturnedKb: 0.5, perScannedKb: 0.02 } as const;

/** An index spares the service most of a scan; so little is charged here for what was only looked at. */
export function queryCharge({ returnedBytes, scannedBytes }: Pick<Page, 'returnedBytes' | 'scannedBytes'>): number {
  const [returnedKb, scannedKb] = [returnedBytes / bytesPerKb, scannedBytes / bytesPerKb];
  return rounded(query.base + query.perReturnedKb * returnedKb + query.perScannedKb * scannedKb);
}

const rounded = (units: number) => Math.round(units * 100) / 100;
