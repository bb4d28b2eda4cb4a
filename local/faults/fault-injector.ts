import { type SeededRandom, seededRandom } from '../devices/seeded-random.ts';
import type { Fault, FaultPlan, FaultRule, RangeMs } from './fault-plan.ts';

/** What is known of a request before it is served. */
export interface RequestFacts {
  readonly container: string | undefined;
  readonly isWrite: boolean;
  /** A request of several operations, each with a status of its own. */
  readonly isBatch: boolean;
}

/** A fault with its random numbers drawn. */
export type Strike =
  | { readonly kind: 'throttle'; readonly retryAfterMs: number }
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** `chosen` says which operations fail: seeded like all else. */
  | { readonly kind: 'some-items'; readonly chosen: SeededRandom }
  | Exclude<Fault, { readonly kind: 'throttle' | 'slow' | 'some-items' }>;

/** How often a rule could have struck, and did. */
export interface RuleCount {
  readonly kind: Fault['kind'];
  readonly fitting: number;
  readonly struck: number;
}

type Service = FaultRule['service'];

/** Decides, request by request, what goes wrong in one service, by a plan that may be exchanged at any time. */
export class FaultInjector {
  readonly #service: Service;
  #rules: { readonly rule: FaultRule; fitting: number; struck: number }[] = [];
  #random: SeededRandom = seededRandom(0);

  constructor(service: Service) {
    this.#service = service;
  }

  /** Takes a checked plan; of its rules those of this service. Counts start anew. */
  use({ seed, rules }: FaultPlan): void {
    this.#random = seededRandom(seed, this.#service);
    this.#rules = rules
      .filter(({ service }) => service === this.#service)
      .map((rule) => ({ rule, fitting: 0, struck: 0 }));
  }

  /** In the order of the rules. */
  get counts(): readonly RuleCount[] {
    return this.#rules.map(({ rule, fitting, struck }) => ({ kind: rule.fault.kind, fitting, struck }));
  }

  /** What happens to a request; undefined: it is served. */
  strike(request: RequestFacts): Strike | undefined {
    for (const entry of this.#rules) {
      const { share = 1, times = Number.POSITIVE_INFINITY, fault } = entry.rule;
      if (!fits(entry.rule, request) || entry.struck >= times) continue;
      entry.fitting += 1;
      if (this.#random.uniform() >= share) continue;
      entry.struck += 1;
      return this.#draw(fault);
    }
    return undefined;
  }

  #draw(fault: Fault): Strike {
    switch (fault.kind) {
      case 'throttle':
        return { kind: 'throttle', retryAfterMs: this.#within(fault.retryAfterMs) };
      case 'slow':
        return { kind: 'slow', delayMs: this.#within(fault.delayMs) };
      case 'some-items':
        return { kind: 'some-items', chosen: this.#random };
      default:
        return fault;
    }
  }

  #within([min, max]: RangeMs): number {
    return Math.round(min + (max - min) * this.#random.uniform());
  }
}

function fits({ on, container, fault }: FaultRule, request: RequestFacts): boolean {
  if (on !== undefined && (on === 'writes') !== request.isWrite) return false;
  if (fault.kind === 'some-items' && !request.isBatch) return false;
  if (fault.kind === 'partition-full' && !request.isWrite) return false;
  return container === undefined || container === request.container;
}
