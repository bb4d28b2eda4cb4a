import type { OutputSpec } from '../manifest/outputs.ts';
import type { Outputs, Tensor } from '../tensor.ts';
import { type Answers, answersOf, disagreement, isAllFinite, isProbabilities } from './read-answers.ts';

/** What may tell what a model's outputs mean. */
export interface OutputEvidence {
  /** Tensors that the model gave for the rows of a probe. */
  readonly outputs: Outputs;
  readonly rows: number;
  /** Names of the classes, in the order of the model. */
  readonly classes?: readonly string[] | undefined;
  /** Names of the outputs in the MLflow signature. */
  readonly signature: readonly string[];
  /** The operator behind each output, by the output's name. */
  readonly operators: ReadonlyMap<string, string>;
  /** A sentence about the graph that puts its own labels in doubt. */
  readonly labelDoubt?: string | undefined;
}

export interface OutputGuess {
  readonly name: string;
  readonly spec: OutputSpec;
  readonly from: string;
}

export interface OutputGuesses {
  readonly task: 'classification' | 'regression';
  readonly classes: readonly string[] | undefined;
  readonly outputs: readonly OutputGuess[];
  readonly remarks: readonly string[];
}

/** Guesses how scores are read out of a model's outputs, by what it gave for some rows. */
export function guessOutputs(evidence: OutputEvidence): OutputGuesses {
  const guesses = guessMeaning(evidence);
  const strange = Object.entries(evidence.outputs)
    .filter(([, tensor]) => !isAllFinite(tensor))
    .map(
      ([name]) => `Output "${name}" is NaN or infinite for some rows that it was tried on: such scores are refused.`,
    );
  return { ...guesses, outputs: named(guesses.outputs), remarks: [...guesses.remarks, ...strange] };
}

const nameCharactersMax = 120;

/** Each field of a score has a name of its own. */
function named(outputs: readonly OutputGuess[]): OutputGuess[] {
  const taken = new Set<string>();
  return outputs.map((output) => {
    const wanted = output.name.slice(0, nameCharactersMax);
    let name = wanted;
    for (let i = 2; taken.has(name); i++) name = `${wanted}-${i}`;
    taken.add(name);
    return { ...output, name };
  });
}

function guessMeaning(evidence: OutputEvidence): OutputGuesses {
  const answers = Object.entries(evidence.outputs).flatMap(([name, tensor]) => {
    const each = answersOf(name, tensor, evidence.rows);
    const isReadable = each !== undefined && (tensor.type !== 'string' || each.width === 1);
    return isReadable ? [each] : [];
  });
  const remarks = Object.entries(evidence.outputs)
    .filter(([name]) => !answers.some((each) => each.name === name))
    .map(
      ([name, { type, dims }]) =>
        `Output "${name}", ${type} [${dims}], has no number or text for each row and was left out.`,
    );
  const label = answers.find(({ tensor, width }) => width === 1 && isDiscrete(tensor));
  const probabilities = answers.find(isProbabilities);
  const sigmoid = answers.find(({ name, width }) => width === 1 && evidence.operators.get(name) === 'Sigmoid');
  const main = probabilities ?? (label === undefined ? sigmoid : undefined);
  const rest = answers.filter((each) => each !== label && each !== main);
  if (main === undefined) return withoutProbabilities(label, rest, evidence, remarks);
  const classes = classNames(main, evidence, remarks);
  return {
    task: 'classification',
    classes,
    outputs: [
      labelGuess(label, main, classes, evidence, remarks),
      probabilityGuess(main, classes),
      ...rest.map((each) => plainGuess(each, answers.length)),
    ],
    remarks,
  };
}

const isDiscrete = ({ type }: Tensor) => type !== 'float32' && type !== 'float64';

/** A label alone, scores that are no probabilities, or numbers. */
function withoutProbabilities(
  label: Answers | undefined,
  rest: readonly Answers[],
  { signature, classes }: OutputEvidence,
  remarks: string[],
): OutputGuesses {
  if (label !== undefined) {
    const outputs = [
      {
        name: 'label',
        spec: { kind: 'label', tensor: label.name } as const,
        from: `the output's ${label.tensor.type}`,
      },
      ...rest.map((each) => plainGuess(each, rest.length + 1)),
    ];
    const names = label.tensor.type !== 'string' && isInPlace(classes) ? classes : undefined;
    return { task: 'classification', classes: names, outputs, remarks };
  }
  const [only] = rest;
  if (only !== undefined && rest.length === 1 && only.width > 1) {
    if (signature.length === only.width && new Set(signature).size === only.width) {
      const outputs = signature.map((name, column) => ({
        name,
        spec: { kind: 'value', tensor: only.name, column } as const,
        from: 'the MLflow signature',
      }));
      return { task: 'regression', classes: undefined, outputs, remarks };
    }
    if (classes?.length === only.width) return scoresByClass(only, classes, remarks);
    remarks.push(
      `Output "${only.name}" has ${only.width} numbers that are no probabilities. If they are scores by class, name the classes ` +
        `and add { "label": { "kind": "label", "tensor": ${JSON.stringify(only.name)} } }: the largest decides.`,
    );
  }
  const outputs = rest.map((each) => plainGuess(each, rest.length));
  return { task: 'regression', classes: undefined, outputs, remarks };
}

function scoresByClass(scores: Answers, classes: readonly string[], remarks: readonly string[]): OutputGuesses {
  const outputs: OutputGuess[] = [
    { name: 'label', spec: { kind: 'label', tensor: scores.name }, from: 'the largest score' },
    { name: 'scores', spec: { kind: 'vector', tensor: scores.name }, from: 'a number by class' },
  ];
  return { task: 'classification', classes, outputs, remarks };
}

function classNames(main: Answers, { classes }: OutputEvidence, remarks: string[]): readonly string[] {
  const count = Math.max(main.width, 2);
  if (classes?.length === count) return classes;
  remarks.push(`The names of the ${count} classes are not known: they are called 0 to ${count - 1}.`);
  return Array.from({ length: count }, (_, i) => String(i));
}

function labelGuess(
  label: Answers | undefined,
  main: Answers,
  classes: readonly string[],
  { labelDoubt }: OutputEvidence,
  remarks: string[],
): OutputGuess {
  const [, positive = ''] = classes;
  const byThreshold: OutputGuess = {
    name: 'label',
    spec: { kind: 'label', tensor: main.name, positive, threshold: 0.5 },
    from: `the probability of "${positive}"`,
  };
  const byLargest: OutputGuess = {
    name: 'label',
    spec: { kind: 'label', tensor: main.name },
    from: 'the largest probability',
  };
  if (label === undefined) return classes.length === 2 ? byThreshold : byLargest;
  const row = disagreement(label, main, classes);
  if (classes.length === 2 && (row !== undefined || labelDoubt !== undefined)) {
    const why = `The model's own label "${label.name}" is not always the class of its larger probability.`;
    remarks.push(`${labelDoubt ?? why} The manifest lets a threshold decide: 0.5 on the probability of "${positive}".`);
    return byThreshold;
  }
  if (row !== undefined) {
    remarks.push(`The model's own label "${label.name}" is not always the class of its largest probability.`);
  }
  if (label.tensor.type !== 'string' && !isInPlace(classes)) return byLargest;
  return { name: 'label', spec: { kind: 'label', tensor: label.name }, from: `the output's ${label.tensor.type}` };
}

/** A number as a label stands for the class at that position: it must not be the name of another one. */
const isInPlace = (classes: readonly string[] = []) =>
  classes.length > 1 && classes.every((name, i) => !/^-?\d+$/.test(name) || name === String(i));

function probabilityGuess(main: Answers, classes: readonly string[]): OutputGuess {
  const [, positive = ''] = classes;
  const from = main.width === 1 ? 'the operator Sigmoid behind it' : 'rows of numbers that add up to 1';
  return classes.length === 2
    ? { name: 'probability', spec: { kind: 'probability', tensor: main.name, class: positive }, from }
    : { name: 'probabilities', spec: { kind: 'probabilities', tensor: main.name }, from };
}

/** Numbers and texts as they are, under a name that says little where there is only one output. */
function plainGuess({ name, tensor, width }: Answers, count: number): OutputGuess {
  if (tensor.type === 'string') return { name, spec: { kind: 'label', tensor: name }, from: 'its texts' };
  const kind = width === 1 ? 'value' : 'vector';
  const from = width === 1 ? 'a number for each row' : `${width} numbers for each row`;
  return { name: count === 1 ? kind : name, spec: { kind, tensor: name }, from };
}
