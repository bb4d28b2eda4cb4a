import { describeValue, type Fault } from '../fault.ts';
import { DoubleGraph } from '../graph/double-graph.ts';
import type { Group } from '../steps/columns.ts';
import type { Emitted } from '../steps/step.ts';
import { closestTo } from '../suggest.ts';

/** What a step or a derived feature took and what it made: the way of a value, for people. */
export interface Stage {
  /** `derive`, or the kind of the step. */
  readonly kind: string;
  /** Where it stands in the manifest. */
  readonly path: string;
  readonly takes: readonly string[];
  readonly makes: readonly string[];
}

export interface OutlierMarks extends NonNullable<Emitted['outliers']> {
  /** Where the step stands in the manifest. */
  readonly path: string;
}

/** A manifest's preprocessing as a graph over the banks of rows. */
export class Pipeline {
  readonly graph: DoubleGraph;
  readonly stages: Stage[] = [];
  readonly outliers: OutlierMarks[] = [];
  readonly #groups = new Map<string, Group>();

  constructor(opset: number) {
    this.graph = new DoubleGraph(opset);
  }

  /**
   * Takes the groups in, in the place of those of the same name. What was done to columns that had a name before holds
   * under every other name that they go by: for a group that they are part of, and for a selection of them.
   */
  define(groups: readonly Group[]): void {
    const changed = groups.filter(({ name }) => this.find(name) !== undefined).flatMap(({ columns }) => columns);
    const byName = new Map(changed.map((column) => [column.name, column]));
    for (const [name, group] of this.#groups) {
      if (!group.columns.some((column) => byName.has(column.name))) continue;
      this.#groups.set(name, { name, columns: group.columns.map((column) => byName.get(column.name) ?? column) });
    }
    for (const group of groups) this.#groups.set(group.name, group);
  }

  /** What a name stands for: a group, or one column of one. */
  find(name: string): Group | undefined {
    const group = this.#groups.get(name);
    if (group !== undefined) return group;
    for (const { columns } of this.#groups.values()) {
      const column = columns.find((each) => each.name === name);
      if (column !== undefined) return { name, columns: [column] };
    }
    return undefined;
  }

  /** The groups of these names; a fault for each that there is none of. */
  findAll(names: readonly string[], path: string): Group[] | Fault[] {
    const found = names.map((name) => this.find(name));
    const faults = names.flatMap((name, i) => (found[i] === undefined ? [this.#unknown(name, `${path}/${i}`)] : []));
    return faults.length > 0 ? faults : (found as Group[]);
  }

  #unknown(name: string, path: string): Fault {
    const known = [...this.#groups.keys()];
    const expected = `a feature, a derived feature or what a step made ("${closestTo(name, known) ?? known.join('", "')}")`;
    return { code: 'manifest.invalid', path, expected, got: describeValue(name) };
  }
}

/** Whether a list holds faults rather than groups. */
export const areFaults = (list: readonly (Fault | object)[]): list is readonly Fault[] =>
  list.length > 0 && 'code' in list[0]!;
