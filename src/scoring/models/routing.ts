import { describeFault, ScoringError, toScoringError } from '../../core/fault.ts';
import { defaultRoutes, parseRoutes } from '../../core/routes/parse-routes.ts';
import type { FileRoute, Routes, StreamRoute } from '../../core/routes/routes.ts';
import type { ModelRepository } from '../ports.ts';
import { Remembered } from '../remembered.ts';

/** Which model scores what comes through a door, as `routes.json` last said. */
export class Routing {
  readonly #repository: ModelRepository;
  readonly #models: Remembered<readonly string[]>;
  readonly #routes: Remembered<Routes>;

  /** @param models names of the installed models */
  constructor(repository: ModelRepository, models: Remembered<readonly string[]>, refreshMs: number) {
    this.#repository = repository;
    this.#models = models;
    this.#routes = new Remembered(() => this.#read(), refreshMs);
  }

  /** @throws {ScoringError} `routes.invalid` when no route takes this hub */
  async streamRoute(hub: string): Promise<StreamRoute> {
    const { streams } = await this.#routes.latest();
    const route = streams.find((each) => each.hub === hub);
    if (route !== undefined) return route;
    const message = `No route takes the events of hub "${hub}": add one to "streams" in models/routes.json.`;
    throw new ScoringError('routes.invalid', message, { retryable: true });
  }

  /** The route of an uploaded file: the one with the longest prefix that fits; undefined when none does. */
  async fileRoute(blob: string): Promise<FileRoute | undefined> {
    const { files } = await this.#routes.latest();
    return files
      .filter(({ prefix }) => blob.startsWith(prefix))
      .reduce<FileRoute | undefined>(
        (best, route) => (best === undefined || route.prefix.length > best.prefix.length ? route : best),
        undefined,
      );
  }

  /**
   * The model of calls whose path names none; with one model installed it is that one.
   * @throws {ScoringError} `model.unknown`
   */
  async defaultModel(): Promise<{ readonly model: string; readonly alias: string }> {
    const { http } = this.#routes.current() ?? (await this.#routes.latest());
    const [only, ...others] = await this.#models.latest();
    const model = http.default ?? (others.length === 0 ? only : undefined);
    if (model !== undefined) return { model, alias: http.alias };
    const message =
      'No model is meant: name one in the path, in the header azureml-model-deployment, or as "http.default" in models/routes.json.';
    throw new ScoringError('model.unknown', message, { retryable: false });
  }

  /** Whether the rows of calls become documents; without waiting where that is known. */
  recordsCalls(): boolean | Promise<boolean> {
    return this.#routes.current()?.http.record ?? this.#routes.latest().then(({ http }) => http.record);
  }

  /** Reads the routes anew, if they are in use at all. Never throws. */
  async refresh(): Promise<void> {
    if (this.#routes.isMade) await this.#routes.value().catch(() => {});
  }

  /** Why `routes.json` is not in force as it stands; undefined when it is. */
  async problem(): Promise<string | undefined> {
    const failure = await this.#routes.value().then(
      () => this.#routes.failure,
      (error: unknown) => error,
    );
    return failure === undefined ? undefined : toScoringError(failure).message;
  }

  async #read(): Promise<Routes> {
    const models = await this.#models.latest();
    const written = await this.#repository.routes();
    const routes = written === undefined ? defaultRoutes(models) : parseRoutes(written, models);
    if (!Array.isArray(routes)) return routes;
    const message = `models/routes.json is wrong:${routes.map((fault) => `\n  ${describeFault(fault)}`).join('')}`;
    throw new ScoringError('routes.invalid', message, { retryable: true });
  }
}
