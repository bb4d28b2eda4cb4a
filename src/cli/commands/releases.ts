import { type Deployment, type History, packagePath, type Release, releaseName } from '../../core/releases/release.ts';
import { type Command, jsonOption } from '../command.ts';
import { storageError } from '../model-target.ts';
import { packagesOption, releaseStore } from '../release-target.ts';
import { formatTable } from '../table.ts';
import { exitCodes, UsageError } from '../usage-error.ts';

export const releases: Command = {
  name: 'releases',
  summary: 'Shows the packages that are kept, when each was last deployed, and whether it was good.',
  operands: '',
  options: { ...packagesOption, json: jsonOption },
  examples: ['sluice releases', 'sluice releases --packages sthostx1'],
  async run({ operands, options, terminal }) {
    if (operands.length > 0) throw new UsageError(`"${operands[0]}" is one word too many. See: sluice releases --help`);
    const { kept, history } = await readAll(options);
    const listed = kept.map((release) => ({ ...release, ...lastDeployment(history, release) }));
    listed.sort((a, b) => (b.at ?? '').localeCompare(a.at ?? ''));
    const current = history.deployments.at(-1)?.sha256;
    if (options.json === true) terminal.out(JSON.stringify({ current, releases: listed }, null, 2));
    else if (listed.length === 0) terminal.out('No package is kept: sluice deploy keeps each that it deploys.');
    else {
      const rows = listed.map(({ at = '-', outcome = 'never deployed', why = '', ...release }) => [
        releaseName(release),
        at,
        outcome + (release.sha256 === current ? ', runs now' : ''),
        why,
      ]);
      terminal.out(formatTable(['release', 'deployed', 'outcome', 'why'], rows));
    }
    return exitCodes.done;
  },
};

async function readAll(options: Parameters<typeof releaseStore>[0]) {
  const store = await releaseStore(options);
  try {
    const [kept, history] = await Promise.all([store.list(), store.history()]);
    return { kept: kept.toSorted((a, b) => packagePath(a).localeCompare(packagePath(b))), history };
  } catch (error) {
    throw storageError(error);
  }
}

function lastDeployment({ deployments }: History, { sha256 }: Release): Partial<Omit<Deployment, keyof Release>> {
  const found = deployments.findLast((each) => each.sha256 === sha256);
  return found === undefined ? {} : { at: found.at, outcome: found.outcome, ...(found.why && { why: found.why }) };
}
