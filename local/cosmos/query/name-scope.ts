import { documentSlot } from './frame.ts';
import { QueryError, type TextRange } from './query-error.ts';

/** What a query and its subqueries share while they are compiled. */
interface QueryTotals {
  slotCount: number;
  readonly parameters: Map<string, TextRange>;
}

/** The names that one (sub)query sees: its own and those of the queries around it. */
export class NameScope {
  readonly #parent: NameScope | undefined;
  readonly #slots = new Map<string, number>();
  readonly totals: QueryTotals;

  constructor(parent?: NameScope) {
    this.#parent = parent;
    this.totals = parent?.totals ?? { slotCount: documentSlot + 1, parameters: new Map() };
  }

  /** A slot that no name leads to. */
  newSlot(): number {
    this.totals.slotCount += 1;
    return this.totals.slotCount - 1;
  }

  /** A new slot under a name, which hides the same name of a query outside. */
  bind(name: string | undefined): number {
    const slot = this.newSlot();
    if (name === undefined) return slot;
    if (this.#slots.has(name)) throw new QueryError(`The input alias '${name}' is specified more than once in FROM.`);
    this.#slots.set(name, slot);
    return slot;
  }

  /** @throws {QueryError} when nothing has that name */
  slotOf(name: string, range: TextRange): number {
    const slot = this.#slots.get(name) ?? this.#parent?.slotOf(name, range);
    if (slot === undefined) throw new QueryError(`Identifier '${name}' could not be resolved.`, range, 'SC2001');
    return slot;
  }
}
