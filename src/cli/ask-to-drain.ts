import { unreachable } from './targets.ts';
import { UsageError } from './usage-error.ts';

/** The timer function of the app; the host runs it when it is asked to. */
const drainPath = '/admin/functions/drain-parked';

/**
 * Has the app drain at once what is parked, which it does each minute by itself.
 * @throws {UsageError} when it does not let us
 * @throws {UnreachableError}
 */
export async function askToDrain(url: string, key: string | undefined): Promise<void> {
  const headers = { 'content-type': 'application/json', ...(key !== undefined && { 'x-functions-key': key }) };
  let status: number;
  try {
    ({ status } = await fetch(`${url}${drainPath}`, { method: 'POST', headers, body: '{"input":""}' }));
  } catch (error) {
    throw unreachable(url, (error as Error).cause ?? error);
  }
  if (status === 401 || status === 403) throw new UsageError(`${url} wants its master key: say --key.`);
  if (status >= 300) throw new UsageError(`${url} answered ${status}: is it an app of Sluice?`);
}
