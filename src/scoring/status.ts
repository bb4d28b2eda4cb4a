import type { ModelRegistry } from './model-registry.ts';
import type { ModelState } from './models/followed-alias.ts';

/** What `GET /status` answers: whether the app can do its work, and if not, what keeps it and why. */
export interface Status {
  readonly ready: boolean;
  readonly version: string;
  readonly models: readonly ModelState[];
  /** One sentence each: what is wrong, and what to do. */
  readonly problems: readonly string[];
}

/** Tries everything that the app needs and says how it stands. */
export async function statusOf(
  version: string,
  settingsProblems: readonly string[],
  registry: ModelRegistry,
): Promise<Status> {
  const models = await registry.states();
  const routesProblem = await registry.routesProblem();
  const problems = [
    ...settingsProblems,
    ...(models.length === 0 ? ['No model is installed: put a package into models/<name>/<version>/.'] : []),
    ...models.flatMap(problemOf),
    ...(routesProblem === undefined ? [] : [routesProblem]),
  ];
  return { ready: problems.length === 0, version, models, problems };
}

function problemOf({ name, version, wanted, problem }: ModelState): string[] {
  if (problem === undefined) return [];
  const instead = wanted === undefined ? '' : ` (version ${version} goes on serving)`;
  return [`Model ${name} ${wanted ?? version}: ${problem}${instead}`];
}
