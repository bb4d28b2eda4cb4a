import { setTimeout as delay } from 'node:timers/promises';
import { idOfPath } from '../../core/stored-paths.ts';
import {
  type ReplayMove,
  type ReplayOutcome,
  replayLetters,
  replayOutcome,
  type SideTrackRecords,
} from '../../scoring/parked/replay-letters.ts';
import { askToDrain } from '../ask-to-drain.ts';
import { type CommandCall, text } from '../command.ts';
import { withModelStore } from '../model-target.ts';
import { formatTable } from '../table.ts';
import { urlTarget } from '../targets.ts';
import type { Terminal } from '../terminal.ts';
import { exitCodes, UsageError } from '../usage-error.ts';
import { type LetterFilter, letterPaths } from './letter-store.ts';

const lookEveryMs = 1_000;

/** What is replayed, and how. */
export interface Replay {
  readonly filter: LetterFilter;
  /** Only these; all that fit when there are none. */
  readonly ids: readonly string[];
  readonly model: string | undefined;
  readonly waitSeconds: number;
}

/** @throws {UsageError} for a model that is none, or a version that its model does not have */
export async function modelOf({ options, terminal }: CommandCall): Promise<string | undefined> {
  const given = text(options, 'model');
  if (given === undefined) return undefined;
  const [, name, version] = /^([^@\s]+)(?:@([1-9]\d{0,8}))?$/.exec(given) ?? [];
  if (name === undefined) throw new UsageError(`--model is NAME or NAME@VERSION, not ${given}.`);
  const versions = await withModelStore(options, (store) => store.repository.versions(name));
  if (versions.length === 0) {
    terminal.note(`${name} is not published. If the app does not have it either, the dead letters stay what they are.`);
  } else if (version !== undefined && !versions.includes(Number(version))) {
    throw new UsageError(`${name} has no version ${version} (versions: ${versions.join(', ')}).`);
  }
  return given;
}

/** Moves dead letters back onto the road; waits, if that is wanted, and says where each has ended. */
export async function replay(call: CommandCall, records: SideTrackRecords, wanted: Replay): Promise<number> {
  const { options, terminal } = call;
  const all = await letterPaths(records, wanted.filter);
  const paths = wanted.ids.length === 0 ? all : all.filter((path) => wanted.ids.includes(idOfPath(path)));
  const unknown = wanted.ids.filter((id) => !paths.some((path) => idOfPath(path) === id));
  if (unknown.length > 0) terminal.note(`Not a dead letter, or not any more: ${unknown.join(', ')}.`);
  if (options.yes !== true && paths.length > 0) {
    terminal.note(`${paths.length} dead letters would be replayed. Say --yes to do it.`);
    return exitCodes.no;
  }
  const move = await replayLetters(records, paths, wanted.model);
  const waits = wanted.waitSeconds > 0 && move.moved.length > 0;
  // Of the local twin, nobody waits for the minute to be full.
  if (waits && text(options, 'connection') === undefined) await askToDrain(urlTarget(options), undefined);
  const outcome = waits ? await settled(records, move.moved, wanted.waitSeconds) : undefined;
  if (options.json === true) terminal.out(JSON.stringify({ ...move, ...(outcome && { outcome }) }, null, 2));
  else print(terminal, move, outcome);
  const isWhole = move.left.length === 0 && (outcome === undefined || outcome.scored === move.moved.length);
  return isWhole ? exitCodes.done : exitCodes.no;
}

async function settled(records: SideTrackRecords, ids: readonly string[], seconds: number): Promise<ReplayOutcome> {
  const untilMs = performance.now() + 1000 * seconds;
  while (true) {
    const outcome = await replayOutcome(records, ids);
    if (outcome.waiting === 0 || performance.now() > untilMs) return outcome;
    await delay(lookEveryMs);
  }
}

function print(terminal: Terminal, move: ReplayMove, outcome: ReplayOutcome | undefined): void {
  const reasons = Object.entries(move.movedByReason);
  if (reasons.length > 0) terminal.out(formatTable(['reason', 'replayed'], reasons));
  for (const { id, problem } of move.left) terminal.note(`${id} stays a dead letter: ${problem}`);
  const gone = move.gone > 0 ? `, ${move.gone} were gone already` : '';
  const left = move.left.length > 0 ? `, ${move.left.length} could not be moved` : '';
  terminal.out(`${move.selected} dead letters: ${move.moved.length} replayed${gone}${left}.`);
  if (outcome === undefined) {
    if (move.moved.length > 0)
      terminal.note('The app scores them within a minute; sluice parked shows what still waits.');
    return;
  }
  const { scored, rejected, waiting } = outcome;
  terminal.out(`${scored} have their document, ${rejected.length} are dead letters again, ${waiting} wait.`);
  const byReason = Object.entries(Object.groupBy(rejected, ({ reason }) => reason));
  if (byReason.length > 0) {
    terminal.out(
      formatTable(
        ['reason', 'dead letters again'],
        byReason.map(([reason, some = []]) => [reason, some.length]),
      ),
    );
  }
}
