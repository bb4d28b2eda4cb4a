import { type Aliases, liveAlias, noAliases } from '../../core/aliases/aliases.ts';
import type { ModelRepository } from '../ports.ts';

/** Which versions of one model there are, and which alias stands for which, as the repository last said. */
export class VersionIndex {
  readonly #name: string;
  readonly #repository: ModelRepository;
  #versions: readonly number[] = [];
  #aliases: Aliases = noAliases;
  #readAtMs = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;
  #failure: unknown;

  constructor(name: string, repository: ModelRepository) {
    this.#name = name;
    this.#repository = repository;
  }

  get versions(): readonly number[] {
    return this.#versions;
  }

  /** Why the newest reading failed; undefined when it did not. */
  get failure(): unknown {
    return this.#failure;
  }

  /** The version of an alias or a version's number, as far as is known; undefined when there is none. */
  versionOf(selector: string): number | undefined {
    const aliased = Object.hasOwn(this.#aliases.aliases, selector) ? this.#aliases.aliases[selector] : undefined;
    if (aliased !== undefined) return aliased;
    if (selector === liveAlias) return this.#versions.at(-1);
    return this.#versions.find((version) => String(version) === selector);
  }

  /**
   * The same, read anew where nothing is known of the selector.
   * @param ageMs what was read within this time is not read again
   * @throws {ScoringError} when the repository cannot be read: whether there is such a version is then not known
   */
  async resolve(selector: string, ageMs: number): Promise<number | undefined> {
    const known = this.versionOf(selector);
    if (known !== undefined) return known;
    if (performance.now() - this.#readAtMs > ageMs) await this.read(true);
    if (this.#failure !== undefined) throw this.#failure;
    return this.versionOf(selector);
  }

  /**
   * Reads it from the repository. What was known stays when that fails.
   * @param withVersions whether the list of versions is needed even where the aliases say enough: a listing costs ten
   * times as much as a reading
   * @throws {ScoringError} when the repository cannot be read
   */
  read(withVersions = false): Promise<void> {
    this.#reading ??= this.#read(withVersions).finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #read(withVersions: boolean): Promise<void> {
    try {
      const aliases = await this.#repository.aliases(this.#name);
      const aliased = Object.values(aliases.aliases);
      const isEnough = liveAlias in aliases.aliases && aliased.every((version) => this.#versions.includes(version));
      if (withVersions || !isEnough) this.#versions = await this.#repository.versions(this.#name);
      this.#aliases = aliases;
      this.#failure = undefined;
    } catch (error) {
      this.#failure = error;
      throw error;
    } finally {
      this.#readAtMs = performance.now();
    }
  }
}
