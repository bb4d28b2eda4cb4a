import { type Fault, toScoringError, valid } from '../../core/fault.ts';
import { type Golden, goldenFile, parseGolden } from '../../core/golden/golden.ts';
import { type LoadedModel, loadModel } from '../loaded-model.ts';
import type { LoadScorer, ModelPackage } from '../ports.ts';
import type { PackageFolder } from './package-folder.ts';
import { readJsonFile } from './read-package.ts';
import { dependsOnNeighbours } from './row-alone.ts';

/** One thing that a sealed package must hold. */
export interface Check {
  readonly check: 'seal' | 'golden rows' | 'rows alone and together';
  readonly isGood: boolean;
  /** What was found, in a sentence. */
  readonly found: string;
}

/**
 * Verifies a sealed package as the app does when it loads it, and that no score depends on its neighbours.
 * @param open opens the package and holds its files against the seal
 */
export async function verifyPackage(
  folder: PackageFolder,
  open: () => Promise<ModelPackage>,
  loadScorer: LoadScorer,
): Promise<readonly Check[]> {
  let source: ModelPackage;
  try {
    source = await open();
  } catch (error) {
    return [{ check: 'seal', isGood: false, found: toScoringError(error).message }];
  }
  const sealed = `${source.seal?.files.size ?? 0} files are those that were sealed (${source.seal?.digest})`;
  const checks: Check[] = [{ check: 'seal', isGood: source.seal !== undefined, found: sealed }];
  try {
    const model = await loadModel(source, loadScorer);
    try {
      const golden = await goldenOf(folder);
      checks.push(goldenCheck(golden), await aloneCheck(model, golden));
    } finally {
      await model.scorer.release();
    }
  } catch (error) {
    checks.push({ check: 'golden rows', isGood: false, found: toScoringError(error).message });
  } finally {
    await source.close?.();
  }
  return checks;
}

async function goldenOf(folder: PackageFolder): Promise<Golden | undefined> {
  const written = await readJsonFile(folder, goldenFile);
  return written === undefined ? undefined : valid<Golden>(parseGolden(written) as Golden | Fault[], goldenFile);
}

/** They were answered when the model was loaded: a package that fails them does not load. */
function goldenCheck(golden: Golden | undefined): Check {
  const cases = golden?.cases ?? [];
  const rows = cases.reduce((sum, each) => sum + (each.rows?.length ?? 0), 0);
  const tensors = cases.filter((each) => each.rows === undefined).length;
  const counts = [counted(rows, 'row'), counted(tensors, 'set of tensors', 'sets of tensors')];
  const answered = counts.filter((count) => count !== '').join(' and ');
  const found = answered === '' ? 'there are none: sluice golden add' : `${answered} answered as they must`;
  return { check: 'golden rows', isGood: true, found };
}

const counted = (count: number, one: string, many = `${one}s`): string =>
  count === 0 ? '' : `${count} ${count === 1 ? one : many}`;

async function aloneCheck(model: LoadedModel, golden: Golden | undefined): Promise<Check> {
  const rows = (golden?.cases ?? []).flatMap((each) => each.rows ?? []);
  const different = await dependsOnNeighbours(model, rows);
  const found =
    rows.length === 0
      ? 'there are no golden rows to compare'
      : different === undefined
        ? `${counted(rows.length, 'row')} scored alone and in batches: the same to the last bit`
        : `row ${different.row} alone: ${JSON.stringify(different.alone)}, among ${different.batch}: ${JSON.stringify(different.together)}`;
  return { check: 'rows alone and together', isGood: different === undefined, found };
}
