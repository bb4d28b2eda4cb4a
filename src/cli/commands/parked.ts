import { setTimeout as delay } from 'node:timers/promises';
import { idOfPath, streamSourceOf } from '../../core/stored-paths.ts';
import type { SideTrackRecords } from '../../scoring/parked/replay-letters.ts';
import { askToDrain } from '../ask-to-drain.ts';
import { type Command, type CommandCall, jsonOption, text, wholeNumber } from '../command.ts';
import { withSideTrack } from '../dead-letters/letter-store.ts';
import { formatTable } from '../table.ts';
import { connectionOption, urlTarget } from '../targets.ts';
import { exitCodes, UsageError } from '../usage-error.ts';

const limitDefault = 20;
const waitSecondsDefault = 60;
const lookEveryMs = 500;

export const parked: Command = {
  name: 'parked',
  summary: 'Shows the good records that wait for a sink or model, and has the app drain them now.',
  operands: '[list | drain]',
  options: {
    limit: { type: 'string', short: 'n', value: 'N', help: `list: at most so many (${limitDefault}).` },
    url: { type: 'string', value: 'URL', help: 'drain: address of the app; the local twin when absent.' },
    key: { type: 'string', value: 'KEY', help: "drain: the app's master key; the local twin needs none." },
    wait: { type: 'string', value: 'SECONDS', help: `drain: wait for it so long (${waitSecondsDefault}).` },
    connection: connectionOption,
    json: jsonOption,
  },
  examples: [
    'sluice parked',
    'sluice parked drain',
    'sluice parked drain --url https://my-app.azurewebsites.net --key KEY',
  ],
  async run(call) {
    const [action = 'list', ...others] = call.operands;
    if (!['list', 'drain'].includes(action) || others.length > 0)
      throw new UsageError('Say nothing, "list" or "drain". See: sluice parked --help');
    if (action === 'list') {
      const limit = wholeNumber(call.options, 'limit', limitDefault);
      return withSideTrack(call.options, (records) => list(call, records, limit));
    }
    const waitSeconds = wholeNumber(call.options, 'wait', waitSecondsDefault);
    const url = urlTarget(call.options);
    return withSideTrack(call.options, (records) => drain(call, records, url, waitSeconds));
  },
};

/** The oldest events first. */
async function list(
  { options, terminal }: CommandCall,
  { parked: records }: SideTrackRecords,
  limit: number,
): Promise<number> {
  const { found } = await records.list(Number.POSITIVE_INFINITY);
  const timeOf = (path: string) => streamSourceOf(idOfPath(path))?.enqueuedAt ?? path;
  const oldest = found.toSorted((a, b) => (timeOf(a.path) < timeOf(b.path) ? -1 : 1)).slice(0, limit);
  const read = await Promise.all(oldest.map(async (each) => ({ ...each, read: await records.read(each.path) })));
  const shown = read.flatMap(({ storedAt, read: one }) => (one === undefined ? [] : [{ storedAt, ...one.record }]));
  if (options.json === true) terminal.out(JSON.stringify({ records: found.length, oldest: shown }, null, 2));
  else if (found.length === 0) terminal.out('Nothing is parked.');
  else {
    const rows = shown.map(({ storedAt, waitsFor, error, attempts = '-', model = '-', id }) => [
      storedAt,
      waitsFor,
      error.code,
      attempts,
      model,
      id,
    ]);
    terminal.out(formatTable(['parked at', 'waits for', 'because', 'attempts', 'model', 'id'], rows));
    if (found.length > shown.length) terminal.note(`${found.length - shown.length} more: raise --limit.`);
  }
  return exitCodes.done;
}

/** Has the app drain at once rather than within a minute, and waits until nothing is parked. */
async function drain(
  { options, terminal }: CommandCall,
  { parked: records }: SideTrackRecords,
  url: string,
  waitSeconds: number,
): Promise<number> {
  const count = async () => (await records.list(Number.POSITIVE_INFINITY)).found.length;
  const before = await count();
  await askToDrain(url, text(options, 'key'));
  const untilMs = performance.now() + 1000 * waitSeconds;
  let left = await count();
  while (left > 0 && performance.now() < untilMs) {
    terminal.progress(`${left} records wait ...`);
    await delay(lookEveryMs);
    left = await count();
  }
  terminal.endProgress();
  if (options.json === true) terminal.out(JSON.stringify({ before, left }));
  else if (left === 0) terminal.out(before === 0 ? 'Nothing is parked.' : `${before} records were parked, none is.`);
  else terminal.out(`${before} records were parked, ${left} still are. sluice parked shows why.`);
  return left === 0 ? exitCodes.done : exitCodes.no;
}
