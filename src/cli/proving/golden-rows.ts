import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { goldenFile, parseGolden } from '../../core/golden/golden.ts';

/** The rows of the golden cases of the newest version of a model; none where it has no such file. */
export function goldenRows(models: string, model: string): readonly object[] {
  const folder = join(models, model);
  if (!existsSync(folder)) return [];
  const newest = Math.max(
    ...readdirSync(folder)
      .filter((name) => /^\d+$/.test(name))
      .map(Number),
  );
  const file = join(folder, String(newest), goldenFile);
  if (!existsSync(file)) return [];
  const golden = parseGolden(JSON.parse(readFileSync(file, 'utf8')));
  return Array.isArray(golden) ? [] : golden.cases.flatMap(({ rows = [] }) => rows);
}
