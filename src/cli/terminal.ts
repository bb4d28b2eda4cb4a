/** What a command writes to. Results go to `out`, what accompanies them to `note`: pipes then carry results alone. */
export interface Terminal {
  out(text: string): void;
  note(text: string): void;
  /** Shows a line that is replaced by the next; nothing where the output is no terminal. */
  progress(line: string): void;
  /** Takes the progress line away. */
  endProgress(): void;
  readonly isColoured: boolean;
}

const clearLine = '\r\u001b[2K';

/** The terminal of this process. Colours and moving lines only where a person looks at it. */
export function processTerminal(): Terminal {
  const isInteractive = process.stderr.isTTY === true && process.env.TERM !== 'dumb';
  let hasProgress = false;
  const endProgress = () => {
    if (hasProgress) process.stderr.write(clearLine);
    hasProgress = false;
  };
  return {
    isColoured: process.stdout.isTTY === true && process.env.NO_COLOR === undefined,
    out(text) {
      endProgress();
      process.stdout.write(`${text}\n`);
    },
    note(text) {
      endProgress();
      process.stderr.write(`${text}\n`);
    },
    progress(line) {
      if (!isInteractive) return;
      // A terminal that does not know its width says 0.
      const width = process.stderr.columns || 80;
      process.stderr.write(`${clearLine}${line.slice(0, width - 1)}`);
      hasProgress = true;
    },
    endProgress,
  };
}

const codes = { red: 31, green: 32, yellow: 33, bold: 1, dim: 2 } as const;

/** The text in a colour, where there are colours. */
export const paint = (terminal: Terminal, colour: keyof typeof codes, text: string): string =>
  terminal.isColoured ? `\u001b[${codes[colour]}m${text}\u001b[0m` : text;

const barCells = 24;

/** A bar like `[##########..............]  42 %`. @param share from 0 to 1 */
export function progressBar(share: number): string {
  const full = Math.round(Math.min(Math.max(share, 0), 1) * barCells);
  return `[${'#'.repeat(full)}${'.'.repeat(barCells - full)}] ${String(Math.round(share * 100)).padStart(3)} %`;
}
