import { type Command, jsonOption, wholeNumber } from '../command.ts';
import { filterOf, withSideTrack } from '../dead-letters/letter-store.ts';
import { listLetters } from '../dead-letters/list-letters.ts';
import { modelOf, replay } from '../dead-letters/replay-command.ts';
import { showLetter } from '../dead-letters/show-letter.ts';
import { connectionOption } from '../targets.ts';
import { UsageError } from '../usage-error.ts';

const limitDefault = 20;

export const deadLetters: Command = {
  name: 'dead-letters',
  summary: 'Shows the records that could not be scored and why, and replays them once that is mended.',
  operands: '[list | show ID | replay [ID...]]',
  options: {
    reason: { type: 'string', short: 'r', value: 'CODE', help: 'Only those with this code.' },
    since: { type: 'string', value: 'DAY', help: 'Only those of events from this day on (2026-11-21).' },
    limit: { type: 'string', short: 'n', value: 'N', help: `list: at most so many (${limitDefault}).` },
    model: {
      type: 'string',
      short: 'm',
      value: 'NAME[@VERSION]',
      help: "replay: score with this model in place of the route's.",
    },
    yes: { type: 'boolean', short: 'y', help: 'replay: do it, do not only say how many there are.' },
    wait: { type: 'string', value: 'SECONDS', help: 'replay: wait until each has its place, and say which.' },
    connection: connectionOption,
    json: jsonOption,
  },
  examples: [
    'sluice dead-letters',
    'sluice dead-letters list --reason feature.out_of_range',
    'sluice dead-letters show ID',
    'sluice dead-letters replay --reason feature.out_of_range --since 2026-11-21 --yes --wait 120',
    'sluice dead-letters replay ID --model machine-failure@4 --yes',
  ],
  async run(call) {
    const [action = 'list', ...ids] = call.operands;
    const isWellSaid =
      action === 'list' ? ids.length === 0 : action === 'show' ? ids.length === 1 : action === 'replay';
    if (!isWellSaid)
      throw new UsageError('Say nothing, "list", "show ID" or "replay". See: sluice dead-letters --help');
    const filter = filterOf(call.options);
    if (action === 'show') return withSideTrack(call.options, (records) => showLetter(call, records, ids[0] as string));
    if (action === 'list') {
      const limit = wholeNumber(call.options, 'limit', limitDefault);
      return withSideTrack(call.options, (records) => listLetters(call, records, filter, limit));
    }
    const waitSeconds = wholeNumber(call.options, 'wait', 0);
    const model = await modelOf(call);
    return withSideTrack(call.options, (records) => replay(call, records, { filter, ids, model, waitSeconds }));
  },
};
