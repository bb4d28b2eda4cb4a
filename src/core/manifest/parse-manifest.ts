import { describeValue, type Fault, pointerTo } from '../fault.ts';
import { checkDocument } from '../schema-faults.ts';
import { closestTo } from '../suggest.ts';
import type { Feature } from './features.ts';
import { type Manifest, manifestSchema } from './manifest.ts';

/**
 * Reads a manifest.
 * @param root what `manifest.json` holds, parsed
 * @returns the manifest, or a fault for each place that is wrong
 */
export function parseManifest(root: unknown): Manifest | Fault[] {
  const manifest = checkDocument(manifestSchema, root, 'manifest.invalid');
  if (Array.isArray(manifest)) return manifest;
  const faults = [
    ...manifest.features.flatMap((feature, i) => featureFaults(feature, pointerTo('features', i))),
    ...nameFaults(manifest),
    ...inputFaults(manifest),
    ...outputFaults(manifest),
  ];
  return faults.length === 0 ? manifest : faults;
}

const invalid = (path: string, expected: string, got: unknown): Fault => ({
  code: 'manifest.invalid',
  path,
  expected,
  got: describeValue(got),
});

function featureFaults(feature: Feature, path: string): Fault[] {
  const faults: Fault[] = [];
  const impute = typeof feature.missing === 'object' ? feature.missing.impute : undefined;
  if (feature.type === 'number' || feature.type === 'integer') {
    const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = feature;
    if (min > max) faults.push(invalid(`${path}/min`, `at most max (${max})`, min));
    if (impute !== undefined && ((impute as number) < min || (impute as number) > max)) {
      faults.push(invalid(`${path}/missing/impute`, `a value between min and max`, impute));
    }
    if (feature.type === 'integer' && impute !== undefined && !Number.isSafeInteger(impute)) {
      faults.push(invalid(`${path}/missing/impute`, 'an integer', impute));
    }
  }
  if (feature.type === 'category') {
    const { categories } = feature;
    const twice = categories?.find((category, i) => categories.indexOf(category) !== i);
    if (twice !== undefined) faults.push(invalid(`${path}/categories`, 'each category once', twice));
    if (impute !== undefined && categories?.includes(impute as string) === false) {
      faults.push(invalid(`${path}/missing/impute`, `one of the categories`, impute));
    }
  }
  return faults;
}

/** A name that senders use must mean one field. */
function nameFaults(manifest: Manifest): Fault[] {
  const owners = new Map<string, string>();
  const faults: Fault[] = [];
  const claim = (name: string, owner: string, path: string) => {
    const other = owners.get(name);
    if (other !== undefined && other !== owner) faults.push(invalid(path, `a name that no other field has`, name));
    else owners.set(name, owner);
  };
  manifest.features.forEach((feature, i) => {
    if (manifest.features.findIndex(({ name }) => name === feature.name) !== i) {
      faults.push(invalid(pointerTo('features', i, 'name'), 'a name that no other feature has', feature.name));
    }
    claim(feature.name, feature.name, pointerTo('features', i, 'name'));
    feature.aliases?.forEach((alias, j) => {
      claim(alias, feature.name, pointerTo('features', i, 'aliases', j));
    });
  });
  // The key may be a feature of its own: then it shares the name.
  const { key } = manifest;
  const keyNames = key === undefined ? [] : [key.name, ...(key.aliases ?? [])];
  manifest.features.forEach(({ name, aliases = [], sensitive }, i) => {
    if (sensitive !== true || ![name, ...aliases].some((each) => keyNames.includes(each))) return;
    const expected = 'a feature that is not the key, which stands in ids and documents';
    faults.push(invalid(pointerTo('features', i, 'sensitive'), expected, sensitive));
  });
  if (key !== undefined && !manifest.features.some(({ name }) => name === key.name)) {
    for (const name of [key.name, ...(key.aliases ?? [])]) claim(name, key.name, '/key');
  }
  return faults;
}

/** What steps make has names of its own, which `sluice build` knows: only without steps can a name be judged here. */
function inputFaults({ features, derive, steps, model }: Manifest): Fault[] {
  const known = [...features.map(({ name }) => name), ...Object.keys(derive)];
  if (known.length === 0) {
    return Object.keys(model.inputs).length === 0
      ? []
      : [invalid('/model/inputs', 'no inputs without features', model.inputs)];
  }
  if (Object.keys(model.inputs).length === 0) return [invalid('/model/inputs', 'at least one input', model.inputs)];
  if (steps.length > 0) return [];
  return Object.entries(model.inputs).flatMap(([input, names]) =>
    names.flatMap((name, i) => {
      if (known.includes(name)) return [];
      const expected = `a feature of this manifest ("${closestTo(name, known) ?? known.join('", "')}")`;
      return [invalid(pointerTo('model', 'inputs', input, i), expected, name)];
    }),
  );
}

function outputFaults({ features, outputs, classes }: Manifest): Fault[] {
  if (features.length > 0 && Object.keys(outputs).length === 0)
    return [invalid('/outputs', 'at least one output', outputs)];
  return Object.entries(outputs).flatMap(([name, output]) => {
    const path = pointerTo('outputs', name);
    const faults: Fault[] = [];
    const mustBeClass = (value: string | undefined, at: string) => {
      if (value === undefined || classes?.includes(value)) return;
      faults.push(invalid(`${path}/${at}`, `one of classes (${classes?.join(', ') ?? 'there are none'})`, value));
    };
    if (output.kind === 'probability') mustBeClass(output.class, 'class');
    if ((output.kind === 'probabilities' || output.kind === 'top') && classes === undefined) {
      faults.push(invalid('/classes', `the names of the classes, for the output "${name}"`, classes));
    }
    if (output.kind === 'label') {
      mustBeClass(output.positive, 'positive');
      if ((output.positive === undefined) !== (output.threshold === undefined)) {
        faults.push(invalid(path, '`positive` and `threshold` together, or neither', output));
      }
      if (output.threshold !== undefined && classes !== undefined && classes.length !== 2) {
        faults.push(invalid(`${path}/threshold`, 'two classes', classes));
      }
    }
    return faults;
  });
}
