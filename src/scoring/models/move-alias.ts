import type { Aliases } from '../../core/aliases/aliases.ts';
import { type MoveReason, promoted, rolledBack, versionBefore } from '../../core/aliases/move-alias.ts';
import { ScoringError } from '../../core/fault.ts';
import { closestTo } from '../../core/suggest.ts';
import type { ModelStore } from './model-store.ts';

/** What came of moving an alias. */
export interface AliasMoved {
  /** Where it was; undefined when it is new. */
  readonly from: number | undefined;
  readonly to: number;
  readonly aliases: Aliases;
}

/**
 * Lets an alias stand for a published version.
 * @throws {ScoringError} `model.unknown` when the version is not published
 */
export async function promote(
  store: ModelStore,
  model: string,
  version: number,
  alias: string,
  reason: MoveReason,
): Promise<AliasMoved> {
  await requirePublished(store, model, version);
  let from: number | undefined;
  const aliases = await store.changeAliases(model, (current) => {
    from = current.aliases[alias];
    return promoted(current, alias, version, reason);
  });
  return { from, to: version, aliases };
}

/**
 * Lets an alias stand for the version before.
 * @throws {ScoringError} `model.unknown` when there is none, or when it is not published any more
 */
export async function rollBack(
  store: ModelStore,
  model: string,
  alias: string,
  reason: MoveReason,
): Promise<AliasMoved> {
  const before = versionBefore(await store.repository.aliases(model), alias);
  if (before !== undefined) await requirePublished(store, model, before);
  let from: number | undefined;
  const aliases = await store.changeAliases(model, (current) => {
    from = current.aliases[alias];
    const back = rolledBack(current, alias, reason);
    if (back !== undefined) return back;
    throw unknown(`Of the alias "${alias}" of "${model}" no version before is known: promote the one that is wanted.`);
  });
  const to = aliases.aliases[alias] as number;
  return { from, to, aliases };
}

async function requirePublished(store: ModelStore, model: string, version: number): Promise<void> {
  if ((await store.digestOf(model, version)) !== undefined) return;
  const models = await store.repository.models();
  const hint = closestTo(model, models);
  if (!models.includes(model)) {
    const meant = hint === undefined ? `Published: ${models.join(', ') || 'none'}.` : `Is "${hint}" meant?`;
    throw unknown(`No model "${model}" is published. ${meant}`);
  }
  const versions = (await store.repository.versions(model)).join(', ');
  throw unknown(
    `Version ${version} of "${model}" is not published (${versions}). First: sluice publish ${model} ${version}`,
  );
}

const unknown = (message: string) => new ScoringError('model.unknown', message, { retryable: false });
