import type { Aliases } from '../../core/aliases/aliases.ts';
import type { Digest } from '../../core/digest.ts';
import type { ModelStore } from '../../scoring/models/model-store.ts';
import { type Command, jsonOption } from '../command.ts';
import { storeOptions, withModelStore } from '../model-target.ts';
import { formatTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { exitCodes, UsageError } from '../usage-error.ts';

/** A published model, as `--json` prints it. */
interface PublishedModel extends Pick<Aliases, 'aliases' | 'history'> {
  readonly name: string;
  readonly versions: readonly { readonly version: number; readonly digest: Digest | undefined }[];
}

/** Of a digest, what tells versions apart for a person. */
const digestCharacters = 'sha256:'.length + 12;

export const models: Command = {
  name: 'models',
  summary: 'Shows the published models: versions, aliases, and who moved them when and why.',
  operands: '[NAME]',
  options: { ...storeOptions, json: jsonOption },
  examples: ['sluice models', 'sluice models machine-failure'],
  async run({ operands, options, terminal }) {
    const [name, ...others] = operands;
    if (others.length > 0) throw new UsageError(`"${others[0]}" is one word too many. See: sluice models --help`);
    const found = await withModelStore(options, async (store) => {
      const names = (await store.repository.models()).filter((each) => name === undefined || each === name);
      return Promise.all(names.map((each) => describe(store, each)));
    });
    if (options.json === true) terminal.out(JSON.stringify(found, null, 2));
    else print(terminal, found, name);
    return name !== undefined && found.length === 0 ? exitCodes.no : exitCodes.done;
  },
};

async function describe(store: ModelStore, name: string): Promise<PublishedModel> {
  const [versions, { aliases, history }] = await Promise.all([
    store.repository.versions(name),
    store.repository.aliases(name),
  ]);
  const digests = await Promise.all(versions.map((version) => store.digestOf(name, version)));
  return { name, versions: versions.map((version, i) => ({ version, digest: digests[i] })), aliases, history };
}

function print(terminal: Terminal, found: readonly PublishedModel[], name: string | undefined): void {
  if (found.length === 0) {
    terminal.out(name === undefined ? 'No model is published.' : `No model "${name}" is published.`);
    return;
  }
  const rows = found.flatMap((model) =>
    model.versions.map(({ version, digest = '-' }) => {
      const aliases = Object.keys(model.aliases).filter((alias) => model.aliases[alias] === version);
      const moved = model.history.find(({ alias, to }) => aliases.includes(alias) && to === version);
      const [at, by, why] = [moved?.at ?? '', moved?.by ?? '', moved?.why ?? ''];
      return [model.name, version, digest.slice(0, digestCharacters), aliases.join(', '), at, by, why];
    }),
  );
  terminal.out(formatTable(['model', 'version', 'digest', 'aliases', 'since', 'by', 'why'], rows));
  if (name === undefined) return;
  const moves = found[0]?.history ?? [];
  if (moves.length === 0) return;
  const history = moves.map(({ at, alias, kind, from, to, by, why }) => [
    at,
    alias,
    kind,
    from ?? '-',
    to,
    by,
    why ?? '',
  ]);
  terminal.out(`\n${formatTable(['when', 'alias', 'what', 'from', 'to', 'by', 'why'], history)}`);
}
