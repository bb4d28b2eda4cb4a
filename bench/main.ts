/** `npm run bench`: figures as ratios to a baseline of the same run. Exit 1 when one is below its floor. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatNumber, formatTable } from '../src/cli/table.ts';
import { processTerminal } from '../src/cli/terminal.ts';
import { doorFigures } from './door.ts';
import { fileFigures } from './file.ts';
import { firstScoreFigures } from './first-score.ts';
import { graphFigures } from './graph.ts';
import { type Figure, holds } from './harness.ts';
import { httpFigures } from './http.ts';
import { batchingFigures } from './http-batching.ts';
import { tensorFigures } from './http-tensors.ts';
import { largeFileFigures } from './large-file.ts';
import { makeBenchModels } from './make-models.ts';
import { packingFigures } from './packing.ts';
import { partFigures } from './parts.ts';
import { profileFigures } from './profiles.ts';
import { roadFigures } from './road.ts';
import { stallFigures } from './stall.ts';
import { streamFigures } from './stream.ts';

const terminal = processTerminal();
const { values, positionals } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    /** A Python with what training/requirements-bench.txt names: then some figures are taken beside what one does there, too. */
    python: { type: 'string' },
    /** Rows of the large file. */
    rows: { type: 'string', default: '10000000' },
  },
  allowPositionals: true,
});
const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
const groups: Readonly<Record<string, () => Promise<Figure[]>>> = {
  stream: () => streamFigures(folder),
  http: () => httpFigures(folder),
  batching: () => batchingFigures(folder),
  tensors: () => tensorFigures(folder),
  door: () => doorFigures(folder),
  file: () => fileFigures(folder, folder, values.python),
  large: () => largeFileFigures(join(folder, 'twin'), Number(values.rows)),
  parts: () => partFigures(folder),
  stall: () => stallFigures(folder),
  graph: () => graphFigures(folder, values.python),
  road: () => roadFigures(),
  packing: () => packingFigures(),
  profiles: () => profileFigures(folder),
  start: () => firstScoreFigures(),
};

/** What takes minutes is taken only when it is asked for. */
const byNameOnly: ReadonlySet<string> = new Set(['large', 'parts']);

function row({
  name,
  unit,
  perSecond,
  baselinePerSecond,
  ratio,
  value,
  reach,
  floor,
  ceiling,
}: Figure): (string | number)[] {
  const bound =
    ceiling === undefined ? (floor === undefined ? '-' : `${reach} (floor ${floor})`) : `at most ${ceiling} ${unit}`;
  const rate = (perUnit: number | undefined) => (perUnit === undefined ? '-' : formatNumber(Math.round(perUnit)));
  const figure = value === undefined ? (ratio?.toFixed(2) ?? '-') : `${value.toFixed(1)} ${unit}`;
  return [name, figure, bound, rate(perSecond), rate(baselinePerSecond)];
}

try {
  const unknown = positionals.filter((name) => !(name in groups));
  if (unknown.length > 0) {
    terminal.note(`There is no bench ${unknown.join(', ')}. There are: ${Object.keys(groups).join(', ')}.`);
    process.exit(2);
  }
  await makeBenchModels(folder);
  const figures: Figure[] = [];
  for (const [name, take] of Object.entries(groups)) {
    if (positionals.length > 0 ? !positionals.includes(name) : byNameOnly.has(name)) continue;
    terminal.progress(`${name} ...`);
    for (const figure of await take()) {
      figures.push(figure);
      if (values.json) terminal.out(JSON.stringify({ ...figure, holds: holds(figure) }));
    }
  }
  terminal.endProgress();
  if (!values.json) {
    terminal.out(formatTable(['bench', 'ratio', 'to reach', 'per second', 'baseline'], figures.map(row)));
    for (const { name, what } of figures) terminal.out(`${name}: ${what}`);
  }
  process.exitCode = figures.every(holds) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
