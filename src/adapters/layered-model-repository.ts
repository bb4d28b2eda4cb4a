import type { Aliases } from '../core/aliases/aliases.ts';
import type { ModelPackage, ModelRepository } from '../scoring/ports.ts';

/**
 * Published models over those that are bundled with the app: what both have is taken from the published ones. An app
 * without storage has its bundled models alone; storage that does not answer is a fault, since nobody knows then which
 * version is live.
 */
export class LayeredModelRepository implements ModelRepository {
  readonly #published: ModelRepository;
  readonly #bundled: ModelRepository;

  constructor(published: ModelRepository, bundled: ModelRepository) {
    this.#published = published;
    this.#bundled = bundled;
  }

  async models(): Promise<readonly string[]> {
    const [published, bundled] = await Promise.all([this.#published.models(), this.#bundled.models()]);
    return [...new Set([...published, ...bundled])].sort();
  }

  async versions(model: string): Promise<readonly number[]> {
    const [published, bundled] = await Promise.all([this.#published.versions(model), this.#bundled.versions(model)]);
    return [...new Set([...published, ...bundled])].sort((a, b) => a - b);
  }

  /** Alias by alias: one that was moved counts, else the bundled one. */
  async aliases(model: string): Promise<Aliases> {
    const [published, bundled] = await Promise.all([this.#published.aliases(model), this.#bundled.aliases(model)]);
    return { ...published, aliases: { ...bundled.aliases, ...published.aliases } };
  }

  async open(model: string, version: number): Promise<ModelPackage> {
    const published = await this.#published.versions(model);
    return (published.includes(version) ? this.#published : this.#bundled).open(model, version);
  }

  async routes(): Promise<unknown> {
    return (await this.#published.routes()) ?? this.#bundled.routes();
  }
}
