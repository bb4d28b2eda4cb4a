import { BlobKeyStore } from '../../adapters/blob-key-store.ts';
import {
  type AccessKey,
  isKeyName,
  isLive,
  keyNameRule,
  liveKeysMax,
  withoutKey,
} from '../../core/access/access-keys.ts';
import { type Right, rights } from '../../core/access/rights.ts';
import { containers } from '../../core/resources.ts';
import { issueKey, type KeyGrant } from '../../scoring/access/issue-key.ts';
import type { KeyStore } from '../../scoring/access/key-store.ts';
import { type Command, type CommandCall, jsonOption, type OptionValues, text } from '../command.ts';
import { storageError } from '../model-target.ts';
import { formatTable } from '../table.ts';
import { blobTarget, connectionOption } from '../targets.ts';
import { exitCodes, UsageError } from '../usage-error.ts';

const rightsDefault = 'score,metadata';

export const keys: Command = {
  name: 'keys',
  summary: 'Issues, lists and revokes the keys with which callers may call.',
  operands: '[add NAME | list | revoke ID]',
  options: {
    model: {
      type: 'string',
      short: 'm',
      multiple: true,
      help: 'Only for this model; may be given again. All models when absent.',
    },
    rights: { type: 'string', value: 'LIST', help: `Of ${rights.join(', ')}; ${rightsDefault} when absent.` },
    expires: {
      type: 'string',
      value: 'TIME',
      help: 'Until when it is good: 2027-11-21, or a full ISO 8601 time. For good when absent.',
    },
    connection: connectionOption,
    json: jsonOption,
  },
  examples: [
    'sluice keys add dashboard',
    'sluice keys add line-7 --model machine-failure --rights score --expires 2027-11-21',
    'sluice keys revoke 3f9c01d2aa47',
  ],
  async run(call) {
    const [action = 'list', operand, ...others] = call.operands;
    const takesOperand = action === 'add' || action === 'revoke';
    if (!(takesOperand || action === 'list') || others.length > 0 || takesOperand !== (operand !== undefined)) {
      throw new UsageError('Say "add NAME", "list" or "revoke ID". See: sluice keys --help');
    }
    const grant = action === 'add' ? grantOf(operand as string, call.options) : undefined;
    try {
      const store = new BlobKeyStore(async () =>
        (await blobTarget(call.options)).getContainerClient(containers.access),
      );
      if (grant !== undefined) return await add(call, store, grant);
      return operand === undefined ? await list(call, store) : await revoke(call, store, operand);
    } catch (error) {
      throw storageError(error);
    }
  },
};

/** @throws {UsageError} */
function grantOf(name: string, options: OptionValues): KeyGrant {
  if (!isKeyName(name)) throw new UsageError(`The name of a key is ${keyNameRule}, not ${name}.`);
  const asked = (text(options, 'rights') ?? rightsDefault).split(',').map((right) => right.trim());
  const unknown = asked.find((right) => !(rights as readonly string[]).includes(right));
  if (unknown !== undefined) throw new UsageError(`--rights are some of ${rights.join(', ')}, not "${unknown}".`);
  const models = options.model as readonly string[] | undefined;
  const expires = text(options, 'expires');
  const expiresMs = expires === undefined ? Number.POSITIVE_INFINITY : Date.parse(expires);
  if (!(expiresMs > Date.now())) throw new UsageError(`--expires is a time to come, like 2027-11-21, not ${expires}.`);
  return {
    name,
    rights: [...new Set(asked as Right[])],
    ...(models && { models: [...new Set(models)] }),
    ...(expires && { expiresAt: new Date(expiresMs).toISOString() }),
  };
}

async function add({ options, terminal }: CommandCall, store: KeyStore, grant: KeyGrant): Promise<number> {
  const issued = await issueKey(store, grant);
  if (issued === undefined) {
    terminal.note(
      `${grant.name} has ${liveKeysMax} live keys, and more may not be. See them with "sluice keys list", and revoke one.`,
    );
    return exitCodes.no;
  }
  if (options.json === true) {
    terminal.out(JSON.stringify({ ...shown(issued.key), key: issued.text }, null, 2));
    return exitCodes.done;
  }
  terminal.out(issued.text);
  terminal.note(
    `This is the only time that the key of ${grant.name} is shown; what is stored cannot be turned back into it.\nRunning apps know it within 5 seconds. Try: sluice call MODEL ROW --token KEY`,
  );
  return exitCodes.done;
}

async function list({ options, terminal }: CommandCall, store: KeyStore): Promise<number> {
  const { keys } = await store.read();
  if (options.json === true) terminal.out(JSON.stringify(keys.map(shown), null, 2));
  else if (keys.length === 0) terminal.out('There is no key.');
  else {
    const rows = keys.map((key) => [
      key.name,
      key.id,
      key.rights.join(', '),
      key.models?.join(', ') ?? 'all',
      key.createdAt.slice(0, 16),
      `${key.expiresAt?.slice(0, 16) ?? 'never'}${isLive(key, Date.now()) ? '' : ' (over)'}`,
    ]);
    terminal.out(formatTable(['name', 'id', 'rights', 'models', 'created', 'expires'], rows));
  }
  return exitCodes.done;
}

async function revoke({ terminal }: CommandCall, store: KeyStore, id: string): Promise<number> {
  let name: string | undefined;
  const { keys } = await store.change((current) => {
    name = current.keys.find((key) => key.id === id)?.name;
    return withoutKey(current, id);
  });
  if (name !== undefined) {
    terminal.out(`The key ${id} of ${name} is revoked. Running apps know it within 5 seconds.`);
    return exitCodes.done;
  }
  const ofName = keys.filter((key) => key.name === id).map((key) => key.id);
  const meant = ofName.length === 0 ? '' : ` Keys of ${id}: ${ofName.join(', ')}.`;
  terminal.note(`There is no key with the id ${id}.${meant}`);
  return exitCodes.no;
}

/** A key without its hash. */
const shown = ({ id, name, rights, models, createdAt, expiresAt }: AccessKey) => ({
  id,
  name,
  rights,
  ...(models && { models }),
  createdAt,
  ...(expiresAt && { expiresAt }),
});
