import type { HubAccount } from '../scoring/reconcile/reconcile.ts';
import { formatTable } from './table.ts';
import { paint, type Terminal } from './terminal.ts';

/** Positions named of each kind; the rest is counted. `--json` has all of them. */
const namedMax = 20;

const findings = [
  ['gaps', 'no place'],
  ['doubles', 'more than one place'],
  ['unreceipted', 'a place, but no receipt'],
] as const;

/** Shows where the events of a hub are, and what is wrong with them. */
export function printAccount(terminal: Terminal, hub: string, account: HubAccount): void {
  const { partitions, brokenLines, madeAnew } = account;
  const skippedOf = (skipped: Readonly<Record<string, number>>) =>
    Object.entries(skipped)
      .filter(([, count]) => count > 0)
      .map(([reason, count]) => `${count} ${reason}`)
      .join(', ') || '-';
  const head = ['partition', 'received', 'documents', 'dead letters', 'parked', 'skipped', 'waiting', 'wrong'];
  const rows = partitions.map(({ partition, skipped, ...counts }) => [
    partition,
    counts.received,
    counts.documents,
    counts.deadLetters,
    counts.parked,
    skippedOf(skipped),
    counts.waiting,
    findings
      .filter(([kind]) => counts[kind].length > 0)
      .map(([kind]) => kind)
      .join(', ') || '-',
  ]);
  terminal.out(formatTable(head, rows));
  for (const partition of partitions) {
    for (const [kind, what] of findings) {
      const named = partition[kind].slice(0, namedMax).join(', ');
      const others = partition[kind].length - namedMax;
      if (named !== '')
        terminal.out(`Partition ${partition.partition}, ${what}: ${named}${others > 0 ? ` and ${others} more` : ''}`);
    }
  }
  for (const line of brokenLines.slice(0, namedMax)) terminal.out(`No receipt can be read: ${line}`);
  for (const partition of madeAnew)
    terminal.note(`Partition ${partition}: the hub was made anew, its numbers began again. Ask with --since.`);
  const received = partitions.reduce((sum, each) => sum + each.received, 0);
  terminal.out(
    account.isSound
      ? `${hub}: each of ${received.toLocaleString('en-US')} events has its one place.`
      : paint(terminal, 'red', `${hub}: not every event has its one place, or the ledger is not whole.`),
  );
}
