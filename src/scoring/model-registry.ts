import { describeFault, ScoringError, toScoringError } from '../core/fault.ts';
import { defaultRoutes, parseRoutes } from '../core/routes/parse-routes.ts';
import type { FileRoute, Routes, StreamRoute } from '../core/routes/routes.ts';
import { closestTo } from '../core/suggest.ts';
import { type LoadedModel, loadModel } from './loaded-model.ts';
import type { LoadScorer, ModelRepository } from './ports.ts';
import { Remembered } from './remembered.ts';

/** How a model stands, for `GET /status`. */
export interface ModelState {
  readonly name: string;
  readonly version: number;
  readonly digest?: string;
  /** Why it does not serve; absent when it does. */
  readonly problem?: string;
}

/** Changes of routes and aliases are followed within this time, without a redeploy. */
const refreshMs = 5_000;

/** The name under which a route asks for a model when it says nothing else. */
const liveAlias = 'live';

/** Models in memory: loaded when first asked for, once, and shared by all doors. */
export class ModelRegistry {
  readonly #repository: ModelRepository;
  readonly #loadScorer: LoadScorer;
  readonly #loaded = new Map<string, Remembered<LoadedModel>>();
  readonly #aliases = new Map<string, Remembered<number>>();
  readonly #models: Remembered<readonly string[]>;
  readonly #routes: Remembered<Routes>;

  constructor(repository: ModelRepository, loadScorer: LoadScorer) {
    this.#repository = repository;
    this.#loadScorer = loadScorer;
    this.#models = new Remembered(() => repository.models(), refreshMs);
    this.#routes = new Remembered(() => this.#readRoutes(), refreshMs);
  }

  /**
   * A model, loaded.
   * @param selector an alias (`live` unless said otherwise) or a version
   * @throws {ScoringError} `model.unknown`, `model.not_ready`, `manifest.invalid`, `model.mismatch`
   */
  async model(name: string, selector: string = liveAlias): Promise<LoadedModel> {
    const version = await this.#versionOf(name, selector);
    const id = `${name}/${version}`;
    let remembered = this.#loaded.get(id);
    if (remembered === undefined) {
      remembered = new Remembered(async () => loadModel(await this.#repository.open(name, version), this.#loadScorer));
      this.#loaded.set(id, remembered);
    }
    return remembered.value();
  }

  /** The live version of a model when it is in memory and known to be live: what `model` gives, without waiting. */
  loaded(name: string): LoadedModel | undefined {
    const version = this.#aliases.get(`${name}/${liveAlias}`)?.current();
    return version === undefined ? undefined : this.#loaded.get(`${name}/${version}`)?.current();
  }

  /** @throws {ScoringError} `routes.invalid` when no route takes this hub; and as `model` */
  async forStream(hub: string): Promise<{ route: StreamRoute; model: LoadedModel }> {
    const { streams } = await this.#routes.value();
    const route = streams.find((each) => each.hub === hub);
    if (route !== undefined) return { route, model: await this.model(route.model, route.alias) };
    const message = `No route takes the events of hub "${hub}": add one to "streams" in models/routes.json.`;
    throw new ScoringError('routes.invalid', message, { retryable: true });
  }

  /** The route of an uploaded file: the one with the longest prefix that fits; undefined when none does. */
  async fileRoute(blob: string): Promise<FileRoute | undefined> {
    const { files } = await this.#routes.value();
    return files
      .filter(({ prefix }) => blob.startsWith(prefix))
      .reduce<FileRoute | undefined>(
        (best, route) => (best === undefined || route.prefix.length > best.prefix.length ? route : best),
        undefined,
      );
  }

  /** Whether the rows of calls become documents. */
  async recordsCalls(): Promise<boolean> {
    return (this.#routes.current() ?? (await this.#routes.value())).http.record;
  }

  /** Loads the live version of every installed model and says how each stands. */
  async states(): Promise<readonly ModelState[]> {
    const models = await this.#models.value();
    return Promise.all(models.map((name) => this.#stateOf(name)));
  }

  /** Why `routes.json` is not in force as it stands; undefined when it is. */
  async routesProblem(): Promise<string | undefined> {
    const failure = await this.#routes.value().then(
      () => this.#routes.failure,
      (error: unknown) => error,
    );
    return failure === undefined ? undefined : toScoringError(failure).message;
  }

  /** Frees all models; none may run any more. */
  async release(): Promise<void> {
    const models = await Promise.allSettled([...this.#loaded.values()].map((remembered) => remembered.value()));
    this.#loaded.clear();
    for (const model of models) if (model.status === 'fulfilled') await model.value.scorer.release();
  }

  async #stateOf(name: string): Promise<ModelState> {
    let version = 0;
    try {
      version = await this.#versionOf(name, liveAlias);
      const { digest } = await this.model(name);
      return { name, version, digest };
    } catch (error) {
      return { name, version, problem: toScoringError(error).message };
    }
  }

  async #readRoutes(): Promise<Routes> {
    const models = await this.#models.value();
    const written = await this.#repository.routes();
    const routes = written === undefined ? defaultRoutes(models) : parseRoutes(written, models);
    if (!Array.isArray(routes)) return routes;
    const message = `models/routes.json is wrong:${routes.map((fault) => `\n  ${describeFault(fault)}`).join('')}`;
    throw new ScoringError('routes.invalid', message, { retryable: true });
  }

  async #versionOf(name: string, selector: string): Promise<number> {
    const models = await this.#models.value();
    if (!models.includes(name)) throw unknownModel(name, models);
    const id = `${name}/${selector}`;
    let remembered = this.#aliases.get(id);
    if (remembered === undefined) {
      remembered = new Remembered(() => this.#readVersion(name, selector), refreshMs);
      this.#aliases.set(id, remembered);
    }
    return remembered.value();
  }

  async #readVersion(name: string, selector: string): Promise<number> {
    const versions = await this.#repository.versions(name);
    const aliased = (await this.#repository.aliases(name)).aliases[selector];
    const version = aliased ?? (selector === liveAlias ? versions.at(-1) : Number(selector));
    if (version !== undefined && versions.includes(version)) return version;
    const message = `Model "${name}" has no version or alias "${selector}" (versions: ${versions.join(', ') || 'none'}).`;
    throw new ScoringError('model.unknown', message, { retryable: false });
  }
}

function unknownModel(name: string, models: readonly string[]): ScoringError {
  const hint = closestTo(name, models);
  const known = hint === undefined ? `Installed: ${models.join(', ') || 'none'}.` : `Is "${hint}" meant?`;
  return new ScoringError('model.unknown', `No model is called ${JSON.stringify(name)}. ${known}`, {
    retryable: false,
  });
}
