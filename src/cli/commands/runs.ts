import type { Refusal } from '../../core/protocols/refusal.ts';
import { newestRuns } from '../../scoring/files/list-runs.ts';
import { runStatus } from '../../scoring/files/run-status.ts';
import type { SharedRuns } from '../../scoring/files/shared-runs.ts';
import { cancelRun, retryRun } from '../../scoring/files/stop-run.ts';
import { silentLog } from '../../scoring/silent-log.ts';
import { type Command, type CommandCall, jsonOption, wholeNumber } from '../command.ts';
import { describeRun } from '../runs/describe-run.ts';
import { resultsTarget } from '../runs/results-target.ts';
import { formatTable } from '../table.ts';
import { connectionOption, runsTarget, unreachable } from '../targets.ts';
import { exitCodes, UsageError } from '../usage-error.ts';

const limitDefault = 20;

type Action = (call: CommandCall, runs: SharedRuns, run: string) => Promise<number>;

export const runs: Command = {
  name: 'runs',
  summary: 'Shows the runs of files, also while they go on; cancels one, or begins one anew that failed.',
  operands: '[list | show RUN | cancel RUN | retry RUN]',
  options: {
    limit: { type: 'string', short: 'n', value: 'N', help: `list: at most so many (${limitDefault}).` },
    connection: connectionOption,
    json: jsonOption,
  },
  examples: ['sluice runs', 'sluice runs show r_0123456789abcdefghijklmnop', 'sluice runs retry RUN'],
  async run(call) {
    const [action = 'list', run, ...others] = call.operands;
    const work = Object.hasOwn(actions, action) ? actions[action] : undefined;
    if (work === undefined || others.length > 0 || (action === 'list') !== (run === undefined)) {
      throw new UsageError('Say list, show RUN, cancel RUN or retry RUN. See: sluice runs --help');
    }
    wholeNumber(call.options, 'limit', limitDefault);
    try {
      return await work(call, await runsTarget(call.options), run ?? '');
    } catch (error) {
      throw unreachable('Blob storage', error);
    }
  },
};

const actions: Readonly<Record<string, Action>> = { list, show, cancel, retry };

async function list({ options, terminal }: CommandCall, shared: SharedRuns): Promise<number> {
  const newest = await newestRuns(shared, wholeNumber(options, 'limit', limitDefault));
  const all = await Promise.all(newest.map(({ run }) => runStatus(shared, run)));
  const known = all.filter((status) => status !== undefined);
  if (options.json === true) terminal.out(JSON.stringify(known, null, 2));
  else if (known.length === 0) terminal.out('No file was scored yet: sluice upload --help');
  else {
    const rows = known.map(({ startedAt, state, blob, parts, partsDone, rows, rejected, run }) => [
      startedAt,
      state,
      blob,
      `${partsDone}/${parts}`,
      rows,
      rejected,
      run,
    ]);
    terminal.out(formatTable(['started at', 'state', 'file', 'parts', 'rows', 'rejected', 'run'], rows));
  }
  return exitCodes.done;
}

async function show({ options, terminal }: CommandCall, shared: SharedRuns, run: string): Promise<number> {
  const status = await runStatus(shared, run);
  if (status === undefined) throw new UsageError(`There is no run ${run}. sluice runs lists the newest ones.`);
  terminal.out(options.json === true ? JSON.stringify(status, null, 2) : describeRun(status, Date.now()));
  return status.state === 'failed' || status.state === 'cancelled' ? exitCodes.no : exitCodes.done;
}

async function cancel(call: CommandCall, shared: SharedRuns, run: string): Promise<number> {
  const ending = { runs: shared, results: await resultsTarget(call.options), log: silentLog };
  const report = await cancelRun(ending, run);
  if ('message' in report) return refused(call, report);
  call.terminal.out(call.options.json === true ? JSON.stringify(report) : `${run} is cancelled.`);
  return exitCodes.done;
}

async function retry(call: CommandCall, shared: SharedRuns, run: string): Promise<number> {
  const wrong = await retryRun({ runs: shared }, run);
  if (wrong !== undefined) return refused(call, wrong);
  const { options, terminal } = call;
  terminal.out(options.json === true ? JSON.stringify({ run }) : `${run} begins anew: sluice runs show ${run}`);
  return exitCodes.done;
}

/** The answer is no: what is asked for cannot be done with this run. */
function refused({ options, terminal }: CommandCall, { code, message }: Refusal): number {
  if (options.json === true) terminal.out(JSON.stringify({ code, message }));
  else terminal.note(message);
  return exitCodes.no;
}
