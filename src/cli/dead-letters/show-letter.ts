import { idOfPath } from '../../core/stored-paths.ts';
import type { SideTrackRecords } from '../../scoring/parked/replay-letters.ts';
import type { DeadLetter } from '../../scoring/ports.ts';
import type { CommandCall } from '../command.ts';
import type { Terminal } from '../terminal.ts';
import { exitCodes } from '../usage-error.ts';
import { letterPaths } from './letter-store.ts';

/** One dead letter: why, where it came from, what came with it, and its body. */
export async function showLetter(
  { options, terminal }: CommandCall,
  records: SideTrackRecords,
  id: string,
): Promise<number> {
  const paths = await letterPaths(records, { reason: undefined, since: undefined });
  const path = paths.find((each) => idOfPath(each) === id);
  const read = path === undefined ? undefined : await records.deadLetters.read(path);
  if (read === undefined) {
    terminal.note(`There is no dead letter ${id}.`);
    return exitCodes.no;
  }
  if (options.json === true) terminal.out(JSON.stringify(read.record));
  else print(terminal, read.record);
  return exitCodes.done;
}

function print(terminal: Terminal, letter: DeadLetter): void {
  const { source, systemProperties = {}, properties = {} } = letter;
  const { offset } = systemProperties as { offset?: unknown };
  const position = [
    `${source.hub}, partition ${source.partition}, sequence number ${source.sequence}`,
    source.index === undefined ? '' : `, record ${source.index} of its body`,
    offset === undefined ? '' : `, offset ${offset}`,
  ];
  const lines: [string, string][] = [
    ['id', letter.id],
    ['reason', letter.reason],
    ['path', letter.path],
    ['expected', letter.expected],
    ['got', letter.got],
    ['position', position.join('')],
    ['enqueued', source.enqueuedAt],
    ['attempts', letter.attempts === undefined ? '' : String(letter.attempts)],
    ['content type', letter.contentType ?? ''],
    ...Object.entries(systemProperties).map(([name, value]): [string, string] => [name, textOf(value)]),
    ...Object.entries(properties).map(([name, value]): [string, string] => [`"${name}"`, textOf(value)]),
    ['masked', letter.masked?.join(', ') ?? ''],
    ['body', bodyLine(letter)],
  ];
  const shown = lines.filter(([, value]) => value !== '');
  const width = Math.max(...shown.map(([name]) => name.length));
  for (const [name, value] of shown) terminal.out(`${name.padEnd(width)}  ${value}`);
  terminal.out(letter.body);
}

const bodyLine = ({ body, bodyEncoding, withheld, bodyBytes, bodyDigest }: DeadLetter): string =>
  withheld === true
    ? `withheld: it may hold sensitive values; ${bodyBytes} bytes, ${bodyDigest}`
    : `${Buffer.byteLength(body, bodyEncoding)} bytes, as ${bodyEncoding}`;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
