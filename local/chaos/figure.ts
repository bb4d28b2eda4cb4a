import type { Kill } from '../control/twin-control.ts';
import type { RuleCount } from '../faults/fault-injector.ts';
import type { Disaster, Findings } from './disaster.ts';
import type { EventAccount } from './event-account.ts';

/** The outcome of one disaster: one line of `npm run chaos -- --json`. */
export interface Figure {
  readonly figure: string;
  readonly title: string;
  readonly holds: boolean;
  readonly seconds: number;
  readonly sent: number;
  readonly documents: number;
  readonly deadLetters: number;
  readonly parked: number;
  readonly lost: number;
  readonly doubled: number;
  readonly waiting: number;
  readonly kills?: number;
  /** Kills that hit an invocation in flight. */
  readonly killsInFlight?: number;
  /** Requests that went wrong on purpose, by kind. */
  readonly faults?: Readonly<Record<string, number>>;
  readonly values?: Readonly<Record<string, number>>;
  readonly failures: readonly string[];
  readonly notes: readonly string[];
  readonly seed: number;
}

export interface Course {
  readonly seconds: number;
  readonly seed: number;
  readonly account: EventAccount;
  readonly findings: Findings;
  readonly kills: readonly Kill[];
  readonly faults: readonly RuleCount[];
  /** What another account of the same events says against this one. */
  readonly disagreement: string | undefined;
}

const examplesMax = 3;

export function figureOf({ name, title }: Disaster, course: Course): Figure {
  const { account, findings, kills, faults, seconds, seed, disagreement } = course;
  const failures = [
    ...failuresOf(account),
    ...(disagreement === undefined ? [] : [disagreement]),
    ...(findings.failures ?? []),
  ];
  const struck = Map.groupBy(faults, ({ kind }) => kind);
  return {
    figure: name,
    title,
    holds: failures.length === 0,
    seconds: Math.round(seconds * 10) / 10,
    sent: account.sent,
    documents: account.documents,
    deadLetters: account.deadLetters,
    parked: account.parked,
    lost: account.lost.length,
    doubled: account.doubled.length,
    waiting: account.waiting.length,
    ...(kills.length > 0 && {
      kills: kills.length,
      killsInFlight: kills.filter(({ inFlight }) => inFlight > 0).length,
    }),
    ...(faults.length > 0 && {
      faults: Object.fromEntries(
        [...struck].map(([kind, all]) => [kind, all.reduce((sum, { struck: n }) => sum + n, 0)]),
      ),
    }),
    ...(findings.values && { values: findings.values }),
    failures,
    notes: [
      ...(account.resent.length > 0 ? [`${account.resent.length} events had no answer and were sent again.`] : []),
      ...(findings.notes ?? []),
    ],
    seed,
  };
}

/** What must not be after any disaster. */
function failuresOf({ lost, doubled, waiting, misplaced, wrong, parked }: EventAccount): string[] {
  const failures: string[] = [];
  const check = (ids: readonly string[], what: string) => {
    if (ids.length === 0) return;
    const more = ids.length > examplesMax ? ', ...' : '';
    failures.push(`${ids.length} ${what}: ${ids.slice(0, examplesMax).join(', ')}${more}.`);
  };
  check(lost, 'lost');
  check(doubled, 'in more than one place');
  check(waiting, 'had not come when the time was up');
  check(misplaced, 'in another kind of place than they should be');
  check(wrong, 'with a document that speaks of another event');
  if (parked > 0) failures.push(`${parked} parked records were not drained.`);
  return failures;
}
