import { liveAlias } from '../core/aliases/aliases.ts';
import { ScoringError } from '../core/fault.ts';
import type { DescribedModel } from '../core/openapi/described-model.ts';
import type { FileRoute, StreamRoute } from '../core/routes/routes.ts';
import { closestTo } from '../core/suggest.ts';
import type { LoadedModel } from './loaded-model.ts';
import type { ModelState } from './models/followed-alias.ts';
import { FollowedModel } from './models/followed-model.ts';
import { LoadedModels, type MemoryBudget, type RefusedModel } from './models/loaded-models.ts';
import { Routing } from './models/routing.ts';
import type { LoadScorer, ModelRepository } from './ports.ts';
import { Remembered } from './remembered.ts';

export interface RegistryOptions {
  /** What all models in memory may hold together; no limit when absent. */
  readonly memory?: MemoryBudget;
  /** How often aliases and routes are read; a change is then followed without a redeploy. */
  readonly refreshMs?: number;
  /** Hears of each try at which a version does not load. */
  readonly onRefused?: (refused: RefusedModel) => void;
}

/** Half of the time within which a moved alias is to be followed. */
export const refreshMsDefault = 5_000;

const noBudget: MemoryBudget = { bytesMax: Number.POSITIVE_INFINITY, residentBytes: () => 0 };

/** Models in memory: loaded when first asked for, once, shared by all doors, and replaced behind their backs. */
export class ModelRegistry {
  readonly #repository: ModelRepository;
  readonly #refreshMs: number;
  readonly #models: LoadedModels;
  readonly #followed = new Map<string, FollowedModel>();
  readonly #names: Remembered<readonly string[]>;
  readonly #routing: Routing;
  #timer: NodeJS.Timeout | undefined;

  constructor(repository: ModelRepository, loadScorer: LoadScorer, options: RegistryOptions = {}) {
    const { memory = noBudget, refreshMs = refreshMsDefault, onRefused } = options;
    this.#repository = repository;
    this.#refreshMs = refreshMs;
    this.#models = new LoadedModels(repository, loadScorer, memory, onRefused);
    this.#names = new Remembered(() => repository.models(), refreshMs);
    this.#routing = new Routing(repository, this.#names, refreshMs);
  }

  /**
   * Works with a model. It stays the same version, and in memory, until the work has ended: hand out nothing that goes
   * on scoring afterwards.
   * @param selector an alias (`live` unless said otherwise) or a version
   * @throws {ScoringError} `model.unknown`, `model.not_ready`, `package.broken`, `manifest.invalid`, `model.mismatch`
   */
  use<T>(name: string, work: (model: LoadedModel) => Promise<T>, selector: string = liveAlias): Promise<T> {
    const followed = this.#followed.get(name);
    return followed === undefined ? this.#useNew(name, work, selector) : followed.use(selector, work);
  }

  /** Which model scores the events of a hub, and where they go. @throws {ScoringError} `routes.invalid` when no route takes it */
  streamRoute(hub: string): Promise<StreamRoute> {
    return this.#routing.streamRoute(hub);
  }

  /** The route of an uploaded file: the one with the longest prefix that fits; undefined when none does. */
  fileRoute(blob: string): Promise<FileRoute | undefined> {
    return this.#routing.fileRoute(blob);
  }

  /** The model of calls whose path names none. @throws {ScoringError} `model.unknown` when the routes leave it open */
  defaultModel(): Promise<{ readonly model: string; readonly alias: string }> {
    return this.#routing.defaultModel();
  }

  /** Whether the rows of calls become documents; without waiting where that is known. */
  recordsCalls(): boolean | Promise<boolean> {
    return this.#routing.recordsCalls();
  }

  /** How every installed model stands; those that never served are loaded to find out. */
  async states(): Promise<readonly ModelState[]> {
    const names = await this.#names.value();
    return (await Promise.all(names.map((name) => this.#follow(name).states()))).flat();
  }

  /** What there is to say about the live versions that serve. Only those that never served are loaded for it. */
  async described(): Promise<readonly DescribedModel[]> {
    await this.states();
    const names = await this.#names.value();
    return names.map((name) => this.#follow(name).described).filter((model) => model !== undefined);
  }

  /** Why `routes.json` is not in force as it stands; undefined when it is. */
  routesProblem(): Promise<string | undefined> {
    return this.#routing.problem();
  }

  /** Frees all models once those who use them are done; nobody may ask for one any more. */
  async release(): Promise<void> {
    clearInterval(this.#timer);
    await this.#models.release();
  }

  async #useNew<T>(name: string, work: (model: LoadedModel) => Promise<T>, selector: string): Promise<T> {
    const names = await this.#names.value();
    if (!names.includes(name)) throw unknownModel(name, names);
    return this.#follow(name).use(selector, work);
  }

  /** @param name of an installed model */
  #follow(name: string): FollowedModel {
    let followed = this.#followed.get(name);
    if (followed === undefined) {
      followed = new FollowedModel(name, this.#repository, this.#models);
      this.#followed.set(name, followed);
      this.#startFollowing();
    }
    return followed;
  }

  /** An idle instance follows too: the first call after a night must not meet the model of the day before. */
  #startFollowing(): void {
    this.#timer ??= setInterval(() => {
      void this.#routing.refresh();
      for (const followed of this.#followed.values()) void followed.refresh();
    }, this.#refreshMs).unref();
  }
}

function unknownModel(name: string, models: readonly string[]): ScoringError {
  const hint = closestTo(name, models);
  const known = hint === undefined ? `Installed: ${models.join(', ') || 'none'}.` : `Is "${hint}" meant?`;
  return new ScoringError('model.unknown', `No model is called ${JSON.stringify(name)}. ${known}`, {
    retryable: false,
  });
}
