import type { Readable } from 'node:stream';

const lineCharactersMax = 32_768;

/** Calls back for each line that a process writes; an endless line comes in pieces. */
export function readLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = '';
  const emit = (line: string) => {
    if (line !== '') onLine(line);
  };
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split(/\r?\n/);
    rest = lines.pop() ?? '';
    lines.forEach(emit);
    while (rest.length > lineCharactersMax) {
      emit(rest.slice(0, lineCharactersMax));
      rest = rest.slice(lineCharactersMax);
    }
  });
  stream.on('end', () => emit(rest));
}
