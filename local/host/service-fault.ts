import { messageOf } from './log.ts';

/** A service that a function needs. */
export interface ServiceNeed {
  /** What it is: "Event Hubs", "Storage queues", ... */
  readonly service: string;
  /** Where it should be, without keys. */
  readonly address: string;
  /** The app setting that says so. */
  readonly setting: string;
  readonly neededBy: string;
}

const unreachable =
  /ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ServiceCommunicationError|OperationTimeoutError|timed? ?out/i;

/** An error for a service that cannot be used at the start: what, where, for whom and what to do. */
export function serviceFault(need: ServiceNeed, error: unknown): Error {
  const { code = '', name = '' } = (error ?? {}) as { code?: string; name?: string };
  const isOut = unreachable.test(`${code} ${name} ${messageOf(error)}`);
  const what = isOut ? 'cannot be reached' : 'refuses';
  const advice = isOut
    ? `Start it, or correct the app setting ${need.setting}.`
    : `Check the app setting ${need.setting} and the names in the function.`;
  return new Error(
    `${need.service} at ${need.address} ${what} (needed by ${need.neededBy}): ${messageOf(error)}. ${advice}`,
  );
}
