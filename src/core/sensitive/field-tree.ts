import { isJsonPointer, pointerSteps } from '../fault.ts';
import type { Manifest } from '../manifest/manifest.ts';

/** What a manifest says of one place of a record, and of those inside of it. */
export interface FieldTree {
  /** Whether what stands here may be shown. What nobody names may not. */
  isKept: boolean;
  /** The feature whose values stand here, where these are sensitive. */
  sensitive: string | undefined;
  readonly inside: Map<string, FieldTree>;
}

const emptyTree = (): FieldTree => ({ isKept: false, sensitive: undefined, inside: new Map() });

/** Where which field of a record stands; undefined for a model without sensitive features, which conceals nothing. */
export function fieldTreeOf({ features, key }: Pick<Manifest, 'features' | 'key'>): FieldTree | undefined {
  if (!features.some(({ sensitive }) => sensitive === true)) return undefined;
  const root = emptyTree();
  for (const { name, aliases = [], sensitive } of features) {
    for (const place of placesOf([name, ...aliases], root)) {
      if (sensitive === true) place.sensitive = name;
      else place.isKept = true;
    }
  }
  if (key !== undefined) for (const place of placesOf([key.name, ...(key.aliases ?? [])], root)) place.isKept = true;
  return root;
}

/** Names stand in the record itself; one that is a JSON pointer may be such a name too. */
const placesOf = (names: readonly string[], root: FieldTree): FieldTree[] =>
  names
    .flatMap((name) => (isJsonPointer(name) ? [[name], pointerSteps(name)] : [[name]]))
    .map((steps) => at(root, steps));

function at(root: FieldTree, steps: readonly string[]): FieldTree {
  let place = root;
  for (const step of steps) {
    const next = place.inside.get(step) ?? emptyTree();
    place.inside.set(step, next);
    place = next;
  }
  return place;
}

/** For a record that may be meant for any of several models: what is sensitive to one of them is. */
export function unitedTree(trees: readonly FieldTree[]): FieldTree | undefined {
  const [first, ...others] = trees;
  return first === undefined ? undefined : others.reduce(united, first);
}

function united(a: FieldTree, b: FieldTree): FieldTree {
  const names = new Set([...a.inside.keys(), ...b.inside.keys()]);
  return {
    isKept: a.isKept || b.isKept,
    sensitive: a.sensitive ?? b.sensitive,
    inside: new Map(
      [...names].map((name) => [name, united(a.inside.get(name) ?? emptyTree(), b.inside.get(name) ?? emptyTree())]),
    ),
  };
}
