import { liveAlias } from '../../core/aliases/aliases.ts';
import { ScoringError, toScoringError } from '../../core/fault.ts';
import type { DescribedModel } from '../../core/openapi/described-model.ts';
import type { LoadedModel } from '../loaded-model.ts';
import type { ModelRepository } from '../ports.ts';
import { FollowedAlias, type ModelState } from './followed-alias.ts';
import type { LoadedModels } from './loaded-models.ts';
import { VersionIndex } from './version-index.ts';

/** Whoever makes up aliases and versions lets the repository be asked once in this time, and no more. */
const unknownMs = 1_000;

/** One model with all that is asked of it: by alias, which is followed wherever it goes, or by version, which stays. */
export class FollowedModel {
  readonly #name: string;
  readonly #models: LoadedModels;
  readonly #index: VersionIndex;
  /** Only what the repository knows comes in here, whatever callers ask for: their number is limited by aliases.json. */
  readonly #aliases = new Map<string, FollowedAlias>();

  constructor(name: string, repository: ModelRepository, models: LoadedModels) {
    this.#name = name;
    this.#models = models;
    this.#index = new VersionIndex(name, repository);
  }

  /**
   * Works with a version, which is not released meanwhile. Nothing is waited for when it is in memory.
   * @param selector an alias or a version
   * @throws {ScoringError} `model.unknown`, and why the version does not load
   */
  use<T>(selector: string, work: (model: LoadedModel) => Promise<T>): Promise<T> {
    const loaded = this.#aliases.get(selector)?.loaded;
    return loaded === undefined ? this.#load(selector, work) : loaded.use(work);
  }

  /** Sees what has changed in the repository, and lets the aliases follow. Never throws. */
  async refresh(): Promise<void> {
    await this.#index.read().catch(() => {});
    for (const [alias, followed] of this.#aliases) {
      const version = this.#index.versionOf(alias);
      if (version !== undefined) followed.follow(version);
      else if (this.#index.failure === undefined) this.#forget(alias, followed);
    }
  }

  /** What there is to say about the live version; undefined when none ever served. */
  get described(): DescribedModel | undefined {
    return this.#aliases.get(liveAlias)?.described;
  }

  /** How the live version stands, and each other alias that was asked for. Loads the live one, if it never was. */
  async states(): Promise<ModelState[]> {
    const failure = await this.#tryLive();
    const states = [...this.#aliases.values()].map(({ state }) => state);
    const live = states.find(({ alias }) => alias === liveAlias) ?? { name: this.#name, alias: liveAlias, version: 0 };
    const others = states.filter(({ alias }) => alias !== liveAlias);
    return [{ ...(failure && { problem: failure.message }), ...live }, ...others];
  }

  async #tryLive(): Promise<ScoringError | undefined> {
    const isProven = this.#aliases.get(liveAlias)?.version !== undefined;
    try {
      if (!isProven) await this.use(liveAlias, async () => {});
    } catch (error) {
      return toScoringError(error);
    }
    const { failure } = this.#index;
    return failure === undefined ? undefined : toScoringError(failure);
  }

  async #load<T>(selector: string, work: (model: LoadedModel) => Promise<T>): Promise<T> {
    const version = await this.#index.resolve(selector, unknownMs);
    if (version === undefined) throw this.#unknown(selector);
    if (selector !== String(version)) return this.#follow(selector, version).use(work);
    while (true) {
      const shared = await this.#models.load(this.#name, version);
      if (!shared.isRetired) return shared.use(work);
    }
  }

  #follow(alias: string, wanted: number): FollowedAlias {
    let followed = this.#aliases.get(alias);
    if (followed === undefined) {
      followed = new FollowedAlias(this.#name, alias, wanted, this.#models, (version) => this.#retire(version));
      this.#aliases.set(alias, followed);
    }
    followed.follow(wanted);
    return followed;
  }

  /** The alias is gone. */
  #forget(alias: string, { version }: FollowedAlias): void {
    this.#aliases.delete(alias);
    if (version !== undefined) this.#retire(version);
  }

  /** Lets go of a version, unless another alias serves it. */
  #retire(version: number): void {
    const isServed = [...this.#aliases.values()].some((followed) => followed.version === version);
    if (!isServed) this.#models.retire(this.#name, version);
  }

  #unknown(selector: string): ScoringError {
    const versions = this.#index.versions.join(', ') || 'none';
    const message = `Model "${this.#name}" has no version or alias ${JSON.stringify(selector)} (versions: ${versions}).`;
    return new ScoringError('model.unknown', message, { retryable: false });
  }
}
