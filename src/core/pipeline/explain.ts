import type { Manifest } from '../manifest/manifest.ts';
import type { BuiltGraph } from './build-graph.ts';
import type { Stage } from './pipeline.ts';

/** The way of the values that reach one position of a model input. */
export interface ExplainedPosition {
  readonly input: string;
  readonly position: number;
  readonly column: string;
  /** Features that it comes from. */
  readonly features: readonly string[];
  /** Kinds of the steps on its way, in order; `derive` among them. */
  readonly steps: readonly string[];
}

/** Which features reach which position of the model's inputs, and through which steps. */
export function explainPositions(manifest: Manifest, { pipeline, positions }: BuiltGraph): ExplainedPosition[] {
  return [...positions].flatMap(([input, columns]) =>
    columns.map(({ name }, position) => ({ input, position, column: name, ...wayOf(name, manifest, pipeline.stages) })),
  );
}

/** Followed backwards: what made the column, and what went into that. */
function wayOf(
  column: string,
  manifest: Manifest,
  stages: readonly Stage[],
): Pick<ExplainedPosition, 'features' | 'steps'> {
  const wanted = new Set([column]);
  const steps: string[] = [];
  for (const { kind, takes, makes } of stages.toReversed()) {
    const made = makes.filter((name) => wanted.has(name));
    if (made.length === 0) continue;
    steps.unshift(kind);
    // A step in place makes each column of the one with its name; another makes all of all.
    const sources = made.every((name) => takes.includes(name))
      ? made
      : takes.filter((name) => belongs(name, made, makes, takes));
    for (const name of made) wanted.delete(name);
    for (const name of sources) wanted.add(name);
  }
  return { features: manifest.features.map(({ name }) => name).filter((name) => wanted.has(name)), steps };
}

/** Encodings name their columns after the feature that each comes from: `type_L` of `type`. */
function belongs(name: string, made: readonly string[], makes: readonly string[], takes: readonly string[]): boolean {
  const isEncoding = makes.every((each) => takes.some((source) => each.startsWith(`${source}_`)));
  return !isEncoding || made.some((each) => each.startsWith(`${name}_`));
}

/** The pipeline as a Mermaid flow chart: features, what is derived, the steps, the model, its outputs. */
export function mermaidOf(manifest: Manifest, { pipeline, positions }: BuiltGraph): string {
  const lines = ['flowchart LR'];
  const makers = new Map<string, string>();
  manifest.features.forEach(({ name, type }, i) => {
    makers.set(name, `f${i}`);
    lines.push(`  f${i}([${quoted(`${name}: ${type}`)}])`);
  });
  pipeline.stages.forEach(({ kind, takes, makes }, i) => {
    lines.push(`  s${i}[${quoted(kind === 'derive' ? `${makes[0]} = ${manifest.derive[makes[0] ?? '']}` : kind)}]`);
    lines.push(...edges(takes, makers, `s${i}`));
    for (const name of makes) makers.set(name, `s${i}`);
  });
  lines.push(`  model[[${quoted(`${manifest.name} ${manifest.version}`)}]]`);
  for (const [input, columns] of positions) {
    lines.push(
      ...edges(
        columns.map(({ name }) => name),
        makers,
        'model',
        input,
      ),
    );
  }
  Object.entries(manifest.outputs).forEach(([name, { kind }], i) => {
    lines.push(`  o${i}([${quoted(`${name}: ${kind}`)}])`, `  model --> o${i}`);
  });
  return lines.join('\n');
}

function edges(takes: readonly string[], makers: ReadonlyMap<string, string>, to: string, label?: string): string[] {
  const sources = new Set(takes.flatMap((name) => makers.get(name) ?? []));
  return [...sources].map((from) => `  ${from} -->${label === undefined ? '' : `|${quoted(label)}|`} ${to}`);
}

/** A text inside a diagram: quotes would end it, and diagrams read HTML. */
const quoted = (text: string): string =>
  `"${text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}"`;
