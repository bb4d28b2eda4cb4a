/** Milliseconds from the first to the second number, drawn anew each time. */
export type RangeMs = readonly [min: number, max: number];

/** What a service does to one request. */
export type Fault =
  /** Asks to come back later, in the words of the service: 429 of Cosmos DB, 503 ServerBusy of storage. Nothing is done. */
  | { readonly kind: 'throttle'; readonly retryAfterMs: RangeMs }
  /** Answers with this status, of those that may heal. Nothing is done. */
  | { readonly kind: 'status'; readonly status: number }
  /** Cosmos DB: 403, the logical partition holds its 20 GB. */
  | { readonly kind: 'partition-full' }
  /** Cosmos DB: 207; of a bulk request a random half fails, of a transactional batch one operation, and with it all. */
  | { readonly kind: 'some-items' }
  /** Cuts the connection before anything is done. */
  | { readonly kind: 'reset' }
  /** Does what was asked and cuts the connection instead of answering. */
  | { readonly kind: 'lost-answer' }
  /** Does what was asked and cuts the connection in the middle of the answer. */
  | { readonly kind: 'truncate' }
  /** Does and answers after a while. */
  | { readonly kind: 'slow'; readonly delayMs: RangeMs };

/** A service whose requests faults can strike. */
export type FaultyService = 'cosmos' | 'blob' | 'queue';

/** What happens to which requests. */
export interface FaultRule {
  readonly service: FaultyService;
  readonly fault: Fault;
  /** Both when absent. */
  readonly on?: 'reads' | 'writes';
  /** A container or queue; all when absent. */
  readonly container?: string;
  /** Of the requests that fit, how many it strikes: above 0, at most 1, which holds when absent. */
  readonly share?: number;
  /** Strikes after which it rests; no end when absent. */
  readonly times?: number;
}

/** What goes wrong from now on. Of several rules that fit a request, the first that strikes counts. */
export interface FaultPlan {
  /** Decides which requests are struck; an integer of 32 bits without sign. */
  readonly seed: number;
  readonly rules: readonly FaultRule[];
}

export const noFaults: FaultPlan = { seed: 0, rules: [] };

const rulesMax = 32;
const delayMsMax = 3_600_000;
const services: readonly FaultyService[] = ['cosmos', 'blob', 'queue'];
const healingStatuses = [408, 410, 429, 449, 500, 503];
const kinds = new Set<Fault['kind']>([
  'throttle',
  'status',
  'partition-full',
  'some-items',
  'reset',
  'lost-answer',
  'truncate',
  'slow',
]);

/**
 * Holds a plan from outside against what there is.
 * @throws {RangeError} which rule is wrong, what was expected and what it says
 */
export function checkFaultPlan(plan: FaultPlan): FaultPlan {
  expectThat('seed', Number.isInteger(plan.seed) && plan.seed >= 0 && plan.seed < 2 ** 32, 'a seed of 32 bits', plan);
  expectThat('rules', plan.rules.length <= rulesMax, `at most ${rulesMax} rules`, plan.rules.length);
  for (const [place, rule] of plan.rules.entries()) checkRule(`rules[${place}]`, rule);
  return plan;
}

function checkRule(at: string, { service, fault, on, share = 1, times = 1 }: FaultRule): void {
  expectThat(`${at}.service`, services.includes(service), services.join(', '), service);
  expectThat(`${at}.on`, on === undefined || on === 'reads' || on === 'writes', 'reads or writes', on);
  expectThat(`${at}.share`, share > 0 && share <= 1, 'a share above 0, at most 1', share);
  expectThat(`${at}.times`, Number.isInteger(times) && times > 0, 'a whole number above 0', times);
  expectThat(`${at}.fault`, kinds.has(fault.kind), [...kinds].join(', '), fault.kind);
  if (fault.kind === 'throttle') checkRange(`${at}.fault.retryAfterMs`, fault.retryAfterMs);
  if (fault.kind === 'slow') checkRange(`${at}.fault.delayMs`, fault.delayMs);
  if (fault.kind === 'status')
    expectThat(`${at}.fault.status`, healingStatuses.includes(fault.status), healingStatuses.join(', '), fault.status);
  const isOnlyOfCosmos = fault.kind === 'partition-full' || fault.kind === 'some-items';
  expectThat(`${at}.fault`, !isOnlyOfCosmos || service === 'cosmos', `a fault of ${service}`, fault.kind);
}

function checkRange(at: string, [min, max]: RangeMs): void {
  const isRange = Number.isFinite(min) && min >= 0 && min <= max && max <= delayMsMax;
  expectThat(at, isRange, `a range within 0 and ${delayMsMax} ms`, [min, max]);
}

function expectThat(at: string, isSo: boolean, expected: string, got: unknown): void {
  if (!isSo) throw new RangeError(`fault plan, ${at}: expected ${expected}, got ${JSON.stringify(got)}`);
}
