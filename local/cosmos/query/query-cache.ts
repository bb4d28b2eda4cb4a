import { badRequest } from '../cosmos-error.ts';
import { limits } from '../limits.ts';
import type { CompiledRoot } from './compiled-query.ts';
import { compileRoot } from './query-compiler.ts';

const queriesMax = 500;

/** Queries that were compiled before; an app sends the same few texts with other parameters. */
export class QueryCache {
  readonly #queries = new Map<string, CompiledRoot>();

  /** @throws {QueryError} when the text is no query */
  get(text: string): CompiledRoot {
    const known = this.#queries.get(text);
    if (known) return known;
    if (text.length > limits.queryLengthMax) {
      throw badRequest(`The query has ${text.length} characters, at most ${limits.queryLengthMax} are allowed.`);
    }
    const query = compileRoot(text);
    if (this.#queries.size >= queriesMax) this.#queries.clear();
    this.#queries.set(text, query);
    return query;
  }
}
