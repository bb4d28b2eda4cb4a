import { ScoringError, toScoringError } from '../core/fault.ts';
import type { ModelRegistry } from './model-registry.ts';
import type { ModelState } from './models/followed-alias.ts';
import type { ParkedSummary } from './parked/parked-summary.ts';

/** What `GET /status` answers: whether the app can do its work, and if not, what keeps it and why. */
export interface Status {
  readonly ready: boolean;
  readonly version: string;
  readonly models: readonly ModelState[];
  /** One sentence each: what is wrong, and what to do. */
  readonly problems: readonly string[];
  /** What is parked; absent where that cannot be told. */
  readonly parked?: ParkedSummary;
}

const noModel =
  'No model is installed: put a package into models/<name>/<version>/, or publish one with sluice publish.';

/** Tries everything that the app needs and says how it stands. */
export async function statusOf(
  version: string,
  settingsProblems: readonly string[],
  registry: ModelRegistry,
  parkedNow?: () => Promise<ParkedSummary>,
): Promise<Status> {
  const parked = await parkedNow?.().catch(() => undefined);
  const states = await registry.states().catch(toScoringError);
  const isListed = !(states instanceof ScoringError);
  const models = isListed ? states : [];
  const problems = [
    ...settingsProblems,
    ...(isListed ? [] : [`The models cannot be listed: ${states.message}`]),
    ...(isListed && states.length === 0 ? [noModel] : []),
    ...models.flatMap(problemOf),
    // Without the models' names no route can be judged.
    ...(isListed ? await routesProblems(registry) : []),
  ];
  return { ready: problems.length === 0, version, models, problems, ...(parked && { parked }) };
}

function problemOf({ name, version, wanted, problem }: ModelState): string[] {
  if (problem === undefined) return [];
  const instead = wanted === undefined ? '' : ` (version ${version} goes on serving)`;
  return [`Model ${name} ${wanted ?? version}: ${problem}${instead}`];
}

async function routesProblems(registry: ModelRegistry): Promise<string[]> {
  const problem = await registry.routesProblem();
  return problem === undefined ? [] : [problem];
}
