import type { ContainerClient } from '@azure/storage-blob';
import { containers } from '../../core/resources.ts';
import type { DeadLetter } from '../../scoring/ports.ts';
import { type Command, type CommandCall, jsonOption, text } from '../command.ts';
import { formatTable } from '../table.ts';
import { blobTarget, connectionOption, unreachable } from '../targets.ts';
import { exitCodes, UsageError } from '../usage-error.ts';

const limitDefault = 20;

export const deadLetters: Command = {
  name: 'dead-letters',
  summary: 'Shows the records that could not be scored, and why.',
  operands: '[list | show ID]',
  options: {
    reason: { type: 'string', short: 'r', value: 'CODE', help: 'Only those with this code.' },
    since: { type: 'string', value: 'DAY', help: 'Only those from this day on (2026-11-21).' },
    limit: { type: 'string', short: 'n', value: 'N', help: `At most so many (${limitDefault}).` },
    connection: connectionOption,
    json: jsonOption,
  },
  examples: [
    'sluice dead-letters',
    'sluice dead-letters list --reason feature.out_of_range',
    'sluice dead-letters show ID',
  ],
  async run(call) {
    const [action = 'list', id, ...others] = call.operands;
    if (!['list', 'show'].includes(action) || others.length > 0 || (action === 'show') !== (id !== undefined)) {
      throw new UsageError('Say nothing, "list", or "show ID". See: sluice dead-letters --help');
    }
    const limit = Number(text(call.options, 'limit') ?? limitDefault);
    if (!Number.isInteger(limit) || limit < 1)
      throw new UsageError(`--limit is a whole number, not ${text(call.options, 'limit')}.`);
    try {
      const container = (await blobTarget(call.options)).getContainerClient(containers.deadLetters);
      return id === undefined ? await list(call, container, limit) : await show(call, container, id);
    } catch (error) {
      throw unreachable('Blob storage', error);
    }
  },
};

/** Paths of dead letters are `<reason>/<day>/<id>.json`. */
function partsOf(path: string): { reason: string; day: string; id: string } {
  const [reason = '', day = '', file = ''] = path.split('/');
  return { reason, day, id: file.replace(/\.json$/, '') };
}

async function read(container: ContainerClient, path: string): Promise<DeadLetter> {
  return JSON.parse((await container.getBlobClient(path).downloadToBuffer()).toString()) as DeadLetter;
}

async function list({ options, terminal }: CommandCall, container: ContainerClient, limit: number): Promise<number> {
  const reason = text(options, 'reason');
  const since = text(options, 'since') ?? '';
  const paths: string[] = [];
  for await (const { name } of container.listBlobsFlat(reason === undefined ? {} : { prefix: `${reason}/` })) {
    if (partsOf(name).day >= since) paths.push(name);
  }
  const newest = paths.sort((a, b) => (partsOf(b).day < partsOf(a).day ? -1 : 1)).slice(0, limit);
  const letters = await Promise.all(newest.map((path) => read(container, path)));
  if (options.json === true) {
    terminal.out(JSON.stringify(letters, null, 2));
  } else if (letters.length === 0) {
    terminal.out('No dead letters.');
  } else {
    const rows = letters.map(({ source, path, expected, got, ...rest }) => [
      source.enqueuedAt,
      rest.reason,
      path,
      expected,
      got,
      rest.id,
    ]);
    terminal.out(formatTable(['when', 'reason', 'path', 'expected', 'got', 'id'], rows));
    if (paths.length > letters.length) terminal.note(`${paths.length - letters.length} more: raise --limit.`);
  }
  return exitCodes.done;
}

async function show({ options, terminal }: CommandCall, container: ContainerClient, id: string): Promise<number> {
  for await (const { name } of container.listBlobsFlat()) {
    if (partsOf(name).id !== id) continue;
    const letter = await read(container, name);
    terminal.out(JSON.stringify(letter, null, options.json === true ? undefined : 2));
    return exitCodes.done;
  }
  terminal.note(`There is no dead letter ${id}.`);
  return exitCodes.no;
}
