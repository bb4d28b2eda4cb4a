import { currentOf, goodBefore, isMeant, isReleaseVersion, type Release } from '../../core/releases/release.ts';
import { rollBack } from '../../scoring/models/move-alias.ts';
import { moveOf, moveOptions, printMove } from '../alias-move.ts';
import { type Command, type CommandCall, text } from '../command.ts';
import { withModelStore } from '../model-target.ts';
import { printDeployed } from '../print-deployed.ts';
import {
  deployPorts,
  deployWith,
  flexApp,
  functionsOf,
  releaseOptions,
  releaseStore,
  storeReached,
  withCallerKey,
} from '../release-target.ts';
import { exitCodes, UsageError } from '../usage-error.ts';

export const rollback: Command = {
  name: 'rollback',
  summary: 'A model, by NAME: its alias stands for the version before. The app, without one: the release before runs.',
  operands: '[NAME | VERSION]',
  options: { ...releaseOptions, ...moveOptions },
  examples: [
    'sluice rollback machine-failure --why "alarms at every tool change"',
    'sluice rollback --app func-x1 --group rg-sluice-prod --subscription ID --packages sthostx1',
    'sluice rollback 0.1.0+3f9c01',
  ],
  async run(call) {
    const [what, ...others] = call.operands;
    if (others.length > 0)
      throw new UsageError('Say the NAME of one model, or a VERSION of the app. See: sluice rollback --help');
    return what === undefined || isReleaseVersion(what) ? rollBackApp(call, what) : rollBackModel(call, what);
  },
};

async function rollBackModel(call: CommandCall, name: string): Promise<number> {
  const { alias, reason } = moveOf(call.options);
  const moved = await withModelStore(call.options, (store) => rollBack(store, name, alias, reason));
  printMove(call, name, alias, moved);
  return exitCodes.done;
}

/** Deploys the package of a former release again: the last good one, or the one that was asked for. */
async function rollBackApp(call: CommandCall, version: string | undefined): Promise<number> {
  const app = flexApp(call.options);
  const store = await releaseStore(call);
  const history = await storeReached(store.history());
  const target =
    version === undefined ? goodBefore(history, currentOf(history)) : chosen(await storeReached(store.list()), version);
  if (target === undefined) throw new UsageError('There is no good release to go back to. See: sluice releases');
  const zip = await storeReached(store.read(target));
  const why = text(call.options, 'why')?.slice(0, 1_000) ?? 'rolled back';
  const deployed = await withCallerKey(call.options, (key) =>
    deployWith(deployPorts(store, app, key, call), target, zip, { functions: functionsOf(zip), why, rollsBack: false }),
  );
  return printDeployed(call, deployed);
}

/** The kept release that is meant. @throws {UsageError} when none is, or several are */
function chosen(kept: readonly Release[], asked: string): Release {
  const [only, ...others] = kept.filter((release) => isMeant(release, asked));
  if (only === undefined) throw new UsageError(`No release ${asked} is kept. See: sluice releases`);
  if (others.length > 0)
    throw new UsageError(`${others.length + 1} packages are ${asked}: say more of its digest. See: sluice releases`);
  return only;
}
