import { formatNumber, formatTable } from '../../src/cli/table.ts';
import { paint, type Terminal } from '../../src/cli/terminal.ts';
import type { Disaster } from './disaster.ts';
import type { Figure } from './figure.ts';

/** Shows what there is to choose from. */
export function printList(terminal: Terminal, disasters: readonly Disaster[]): void {
  const rows = disasters.map(({ name, title, holds }) => [name, title, `0 lost, 0 twice; ${holds}`]);
  terminal.out(formatTable(['name', 'what happens', 'what must hold'], rows));
}

/** Shows the verdict of one disaster. @param place to which twin it happened */
export function printFigure(terminal: Terminal, figure: Figure, place: string): void {
  const lines: readonly (readonly [string, string])[] = [
    ['happened to', place],
    ...struckLines(figure),
    ['sent', `${formatNumber(figure.sent)} events, each with an id of its own`],
    ['ended as', endings(figure)],
    ...Object.entries(figure.values ?? {}).map(
      ([name, value]) => ['measured', `${words(name)}: ${formatNumber(value)}`] as const,
    ),
    ...figure.notes.map((note) => ['note', note] as const),
    ...figure.failures.map((failure) => ['wrong', paint(terminal, 'red', failure)] as const),
    ['verdict', verdict(terminal, figure)],
  ];
  terminal.out(`\n${paint(terminal, 'bold', `${figure.figure}  ${figure.title}`)}`);
  for (const [name, text] of lines) terminal.out(`  ${name.padEnd(12)}${text}`);
}

function struckLines({ kills = 0, killsInFlight = 0, faults = {} }: Figure): [string, string][] {
  const struck = Object.entries(faults).filter(([, count]) => count > 0);
  return [
    ...(kills > 0
      ? [['killed', `${kills} times, ${killsInFlight} of them in the middle of an invocation`] as [string, string]]
      : []),
    ...(struck.length > 0
      ? [
          ['went wrong', struck.map(([kind, count]) => `${formatNumber(count)} requests (${kind})`).join(', ')] as [
            string,
            string,
          ],
        ]
      : []),
  ];
}

const endings = ({ documents, deadLetters, parked }: Figure) =>
  `${formatNumber(documents)} documents + ${formatNumber(deadLetters)} dead letters + ${formatNumber(parked)} parked`;

function verdict(terminal: Terminal, { holds, lost, doubled, seconds, seed }: Figure): string {
  const counts = `${formatNumber(lost)} lost, ${formatNumber(doubled)} twice`;
  const word = holds
    ? paint(terminal, 'green', `${counts}: it holds`)
    : paint(terminal, 'red', `${counts}: it does not hold`);
  return `${word} (${seconds} s, seed ${seed})`;
}

/** `resumedMs` as "resumed ms". */
const words = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
