import { toScoringError } from '../../core/fault.ts';
import type { DescribedModel } from '../../core/openapi/described-model.ts';
import type { LoadedModel } from '../loaded-model.ts';
import type { LoadedModels } from './loaded-models.ts';
import type { SharedModel } from './shared-model.ts';

/** How an alias of a model stands, for `GET /status`. */
export interface ModelState {
  readonly name: string;
  readonly alias: string;
  /** The version that serves; where none does, the one that should; 0 where there is none. */
  readonly version: number;
  /** Digest of what serves; absent when nothing does. */
  readonly digest?: string;
  /** The version that should serve, where another one does. */
  readonly wanted?: number;
  /** Why the version that should serve does not; absent when it does. */
  readonly problem?: string;
}

/**
 * The version that serves under an alias. It is replaced by the one that is wanted once that is loaded, proven and
 * warmed up, and not before: callers go on with the old one meanwhile, and for good when the new one fails.
 */
export class FollowedAlias {
  readonly #name: string;
  readonly #alias: string;
  readonly #models: LoadedModels;
  readonly #onUnused: (version: number) => void;
  #serving: SharedModel | undefined;
  #wanted: number;
  #problem: string | undefined;

  /** @param onUnused called with a version that this alias does not need any more */
  constructor(name: string, alias: string, wanted: number, models: LoadedModels, onUnused: (version: number) => void) {
    this.#name = name;
    this.#alias = alias;
    this.#wanted = wanted;
    this.#models = models;
    this.#onUnused = onUnused;
  }

  /** What serves, while it is in memory. */
  get loaded(): SharedModel | undefined {
    return this.#serving?.isRetired === false ? this.#serving : undefined;
  }

  /** The version that serves, in memory or not. */
  get version(): number | undefined {
    return this.#serving?.model.manifest.version;
  }

  /** What there is to say about the version that serves, whether it is in memory or not. */
  get described(): DescribedModel | undefined {
    if (this.#serving === undefined) return undefined;
    const { manifest, tensors } = this.#serving.model;
    return { manifest, tensors: tensors && { inputs: tensors.inputs, outputs: tensors.outputs } };
  }

  get state(): ModelState {
    const [name, alias, problem] = [this.#name, this.#alias, this.#problem];
    const because = problem === undefined ? {} : { problem };
    if (this.#serving === undefined) return { name, alias, version: this.#wanted, ...because };
    const { digest, manifest } = this.#serving.model;
    const wanted = manifest.version === this.#wanted ? {} : { wanted: this.#wanted };
    return { name, alias, version: manifest.version, digest, ...wanted, ...because };
  }

  /**
   * Works with what serves. Where that is not in memory: with the version that is wanted, or with the last good one
   * when the wanted one does not load.
   * @throws {ScoringError} why it does not load, when no other ever served
   */
  async use<T>(work: (model: LoadedModel) => Promise<T>): Promise<T> {
    while (true) {
      const shared = this.loaded ?? (await this.#load());
      // A large model that was loaded meanwhile may have taken its room again.
      if (!shared.isRetired) return shared.use(work);
    }
  }

  /** Goes over to another version behind the callers. What is not in memory is left to the first who asks. */
  follow(wanted: number): void {
    // What was wrong with another version does not matter any more.
    if (wanted !== this.#wanted) this.#problem = undefined;
    this.#wanted = wanted;
    if (wanted === this.version) return;
    if (this.loaded !== undefined) this.#turnTo(wanted).catch(() => {});
  }

  async #load(): Promise<SharedModel> {
    const wanted = this.#wanted;
    try {
      return await this.#turnTo(wanted);
    } catch (error) {
      const lastGood = this.version;
      if (lastGood === undefined || lastGood === wanted) throw error;
      this.#serving = await this.#models.load(this.#name, lastGood);
      return this.#serving;
    }
  }

  /** Why a version does not load is kept for the status, and thrown. */
  async #turnTo(version: number): Promise<SharedModel> {
    try {
      const shared = await this.#models.load(this.#name, version);
      this.#serve(shared, version);
      return shared;
    } catch (error) {
      if (this.#wanted === version) this.#problem = toScoringError(error).message;
      throw error;
    }
  }

  #serve(shared: SharedModel, version: number): void {
    const before = this.version;
    if (before !== undefined && this.#wanted !== version) {
      // The alias has moved on while this version was loading.
      this.#onUnused(version);
      return;
    }
    this.#serving = shared;
    this.#problem = undefined;
    if (before !== undefined && before !== version) this.#onUnused(before);
  }
}
