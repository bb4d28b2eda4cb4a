import {
  currentOf,
  type Deployment,
  type History,
  packagePath,
  type Release,
  releaseName,
} from '../../core/releases/release.ts';
import { type Command, type CommandCall, jsonOption } from '../command.ts';
import { printDeployed } from '../print-deployed.ts';
import { deployPorts, flexApp, releaseOptions, releaseStore, storeReached, withCallerKey } from '../release-target.ts';
import { formatTable } from '../table.ts';
import { exitCodes, UsageError } from '../usage-error.ts';

export const releases: Command = {
  name: 'releases',
  summary: 'Shows the packages that are kept and how each fared; "check" asks the one that runs for its golden rows.',
  operands: '[check]',
  options: { ...releaseOptions, json: jsonOption },
  examples: ['sluice releases', 'sluice releases --packages sthostx1', 'sluice releases check --outputs outputs.json'],
  async run(call) {
    const { operands, options, terminal } = call;
    const [action, ...others] = operands;
    if (others.length > 0 || (action !== undefined && action !== 'check'))
      throw new UsageError(`"${operands.at(-1)}" is not "check". See: sluice releases --help`);
    if (action === 'check') return check(call);
    const { kept, history } = await readAll(call);
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

/** Whether what runs answers its golden rows. @returns the exit code */
async function check(call: CommandCall): Promise<number> {
  const store = await releaseStore(call);
  const current = currentOf(await storeReached(store.history()));
  if (current === undefined) throw new UsageError('Nothing was deployed yet. See: sluice deploy --help');
  const zip = await store.read(current);
  const app = flexApp(call.options);
  const problems = await withCallerKey(call.options, (key) => deployPorts(store, app, key, call).goldenCheck(zip));
  return printDeployed(call, { release: { version: current.version, sha256: current.sha256 }, problems });
}

async function readAll(call: CommandCall) {
  const store = await releaseStore(call);
  const [kept, history] = await storeReached(Promise.all([store.list(), store.history()]));
  return { kept: kept.toSorted((a, b) => packagePath(a).localeCompare(packagePath(b))), history };
}

function lastDeployment({ deployments }: History, { sha256 }: Release): Partial<Omit<Deployment, keyof Release>> {
  const found = deployments.findLast((each) => each.sha256 === sha256);
  return found === undefined ? {} : { at: found.at, outcome: found.outcome, ...(found.why && { why: found.why }) };
}
