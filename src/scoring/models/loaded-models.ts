import type { Code } from '../../core/codes.ts';
import { ScoringError, toScoringError } from '../../core/fault.ts';
import { loadModel } from '../loaded-model.ts';
import type { LoadScorer, ModelPackage, ModelRepository } from '../ports.ts';
import { SharedModel } from './shared-model.ts';
import { warmUp } from './warm-up.ts';

/** A package that fails to load is tried again, at first soon and then ever more seldom: one may be 500 MB large. */
const retryFirstMs = 2_000;
const retryMaxMs = 60_000;

/**
 * What making a session takes for each byte of its model file, and beside. Networks take about twice their file while
 * they load; trees take more, which shows in the growth of the process.
 */
const memoryFactor = 2;
const sessionBytes = 4 << 20;

/** What the models in memory may hold. */
export interface MemoryBudget {
  readonly bytesMax: number;
  /** What this process holds at the moment. */
  residentBytes(): number;
}

/** A version that does not serve. */
export interface RefusedModel {
  readonly model: string;
  readonly version: number;
  readonly code: Code;
}

interface Failure {
  readonly error: unknown;
  readonly tries: number;
  readonly retryAtMs: number;
}

/**
 * Model versions in memory. Each is loaded once, however many ask at once. Together they stay within a budget: what was
 * used longest ago makes room, and is loaded again when it is asked for.
 */
export class LoadedModels {
  readonly #repository: ModelRepository;
  readonly #loadScorer: LoadScorer;
  readonly #budget: MemoryBudget;
  readonly #onRefused: (refused: RefusedModel) => void;
  readonly #ready = new Map<string, SharedModel>();
  readonly #loading = new Map<string, Promise<SharedModel>>();
  readonly #failures = new Map<string, Failure>();
  /** Retired, and still in use. */
  readonly #leaving = new Set<SharedModel>();
  /** Memory of the sessions that are being made. */
  #reservedBytes = 0;
  /** Whether more is held than may be, because it is all in use. */
  #isOverBudget = false;

  /** @param onRefused hears of each try that fails */
  constructor(
    repository: ModelRepository,
    loadScorer: LoadScorer,
    budget: MemoryBudget,
    onRefused: (refused: RefusedModel) => void = () => {},
  ) {
    this.#repository = repository;
    this.#loadScorer = loadScorer;
    this.#budget = budget;
    this.#onRefused = onRefused;
  }

  /** The version, if it is in memory. */
  ready(name: string, version: number): SharedModel | undefined {
    return this.#ready.get(idOf(name, version));
  }

  /**
   * The version, loaded, proven and warmed up.
   * @throws {ScoringError} why it does not serve; the same for a while, before it is tried again
   */
  load(name: string, version: number): Promise<SharedModel> {
    const id = idOf(name, version);
    const ready = this.#ready.get(id);
    if (ready !== undefined) return Promise.resolve(ready);
    const loading = this.#loading.get(id);
    if (loading !== undefined) return loading;
    const failure = this.#failures.get(id);
    if (failure !== undefined && performance.now() < failure.retryAtMs) return Promise.reject(failure.error);
    const made = this.#make(id, name, version).finally(() => this.#loading.delete(id));
    this.#loading.set(id, made);
    return made;
  }

  /** Lets go of a version: its memory is free when its last user is done. */
  retire(name: string, version: number): void {
    const id = idOf(name, version);
    const shared = this.#ready.get(id);
    if (shared === undefined) return;
    this.#ready.delete(id);
    this.#leaving.add(shared);
    void shared.released.then(() => this.#leaving.delete(shared));
    shared.retire();
  }

  /** Lets go of all versions. @returns when all memory is free */
  async release(): Promise<void> {
    await Promise.allSettled(this.#loading.values());
    for (const { model } of this.#ready.values()) this.retire(model.manifest.name, model.manifest.version);
    await Promise.all([...this.#leaving].map(({ released }) => released));
  }

  async #make(id: string, name: string, version: number): Promise<SharedModel> {
    try {
      const shared = await this.#open(name, version);
      this.#failures.delete(id);
      this.#ready.set(id, shared);
      this.#makeRoom();
      return shared;
    } catch (error) {
      const tries = (this.#failures.get(id)?.tries ?? 0) + 1;
      const waitMs = Math.min(retryMaxMs, retryFirstMs * 2 ** (tries - 1));
      this.#failures.set(id, { error, tries, retryAtMs: performance.now() + waitMs });
      this.#onRefused({ model: name, version, code: toScoringError(error).code });
      throw error;
    }
  }

  async #open(name: string, version: number): Promise<SharedModel> {
    const source = await this.#repository.open(name, version);
    const sizes = new Map<string, number>();
    let bytes = 0;
    try {
      const model = await loadModel(measured(source, sizes), async (file) => {
        const reckoned = this.#reserve(file.name, sizes.get(file.path) ?? 0);
        bytes += reckoned;
        const before = this.#budget.residentBytes();
        const scorer = await this.#loadScorer(file);
        const more = Math.max(0, this.#budget.residentBytes() - before - reckoned);
        bytes += more;
        this.#reservedBytes += more;
        return scorer;
      });
      await warmUp(model).catch(async (error) => {
        await model.scorer.release();
        throw error;
      });
      return new SharedModel(model, bytes, () => this.#isOverBudget && this.#makeRoom());
    } finally {
      this.#reservedBytes -= bytes;
      await source.close?.();
    }
  }

  /** Makes room for a session, before it is there. @returns the bytes that it is reckoned to take */
  #reserve(name: string, fileBytes: number): number {
    const bytes = sessionBytes + memoryFactor * fileBytes;
    const { bytesMax } = this.#budget;
    if (bytes > bytesMax) {
      const message = `${name} needs about ${megabytes(bytes)} MB of memory, and SLUICE_MODEL_MEMORY_MB is ${megabytes(bytesMax)}`;
      throw new ScoringError('model.not_ready', message, { retryable: true });
    }
    this.#reservedBytes += bytes;
    this.#makeRoom();
    return bytes;
  }

  /** Lets go of what was used longest ago and is idle, while more is held than may be. The newest always stays. */
  #makeRoom(): void {
    const { bytesMax } = this.#budget;
    const oldestFirst = [...this.#ready.values()].sort((a, b) => a.lastUsedMs - b.lastUsedMs).slice(0, -1);
    for (const { model, isIdle } of oldestFirst) {
      if (this.#heldBytes() <= bytesMax) break;
      if (isIdle) this.retire(model.manifest.name, model.manifest.version);
    }
    this.#isOverBudget = this.#heldBytes() > bytesMax;
  }

  /** What is retired and idle is being released at this moment. */
  #heldBytes(): number {
    const held = [...this.#ready.values(), ...[...this.#leaving].filter(({ isIdle }) => !isIdle)];
    return held.reduce((sum, { bytes }) => sum + bytes, this.#reservedBytes);
  }
}

/** The package; what is asked of it leaves its size, by path. */
const measured = (source: ModelPackage, sizes: Map<string, number>): ModelPackage => ({
  ...source,
  async file(name) {
    const file = await source.file(name);
    sizes.set(file.path, file.bytes);
    return file;
  },
});

const idOf = (name: string, version: number) => `${name}/${version}`;

const megabytes = (bytes: number) => Math.round(bytes / (1 << 20));
