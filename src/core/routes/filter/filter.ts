import type { OutputValue, Score } from '../../outputs/read-outputs.ts';
import type { ScoreDocument } from '../../outputs/score-document.ts';

type Constant = string | number | boolean;
export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** A name, or what stands for itself. */
export type Operand =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'constant'; readonly value: Constant };

/** A question about a score, as a tree. */
export type Filter =
  | { readonly kind: 'compare'; readonly comparison: Comparison; readonly left: Operand; readonly right: Operand }
  /** Whether a value is true. */
  | { readonly kind: 'holds'; readonly operand: Operand }
  | { readonly kind: 'and'; readonly parts: readonly Filter[] }
  | { readonly kind: 'or'; readonly parts: readonly Filter[] }
  | { readonly kind: 'not'; readonly part: Filter };

/** Names of a document beside its outputs. An output of the same name goes first. */
const documentNames = ['key', 'model', 'version'] as const;

/**
 * Whether a score is one that the filter asks for. A comparison with what is not there, or of another type, holds for
 * nothing: neither it nor its opposite lets anything through, only `not` does.
 */
export function matches(filter: Filter, document: ScoreDocument): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.parts.every((part) => matches(part, document));
    case 'or':
      return filter.parts.some((part) => matches(part, document));
    case 'not':
      return !matches(filter.part, document);
    case 'holds':
      return operandValue(filter.operand, document) === true;
    case 'compare':
      return compare(filter.comparison, operandValue(filter.left, document), operandValue(filter.right, document));
  }
}

function compare(comparison: Comparison, left: OutputValue | undefined, right: OutputValue | undefined): boolean {
  const areComparable =
    typeof left === typeof right && (typeof left === 'number' || typeof left === 'string' || typeof left === 'boolean');
  if (!areComparable) return false;
  const [a, b] = [left as Constant, right as Constant];
  switch (comparison) {
    case '=':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
  }
}

const operandValue = (operand: Operand, document: ScoreDocument): OutputValue | undefined =>
  operand.kind === 'constant' ? operand.value : namedValue(document, operand.name);

/** What a name stands for: an output, a part of one behind a dot, or what else the document says. */
export function namedValue(document: ScoreDocument, name: string): OutputValue | undefined {
  const output = partOf(document.outputs, name);
  if (output !== undefined) return output;
  const known = documentNames.find((each) => each === name);
  return known === undefined ? undefined : document[known];
}

/** Names may hold dots themselves, so the longest one that is there counts. */
function partOf(values: Score, name: string): OutputValue | undefined {
  if (Object.hasOwn(values, name)) return values[name];
  for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
    const whole = name.slice(0, dot);
    const inside = Object.hasOwn(values, whole) ? values[whole] : undefined;
    if (typeof inside === 'object' && !Array.isArray(inside)) return partOf(inside as Score, name.slice(dot + 1));
  }
  return undefined;
}

/** The names that a filter asks for, each once. */
export function namesIn(filter: Filter): string[] {
  const names = new Set<string>();
  const visitOperand = (operand: Operand) => {
    if (operand.kind === 'name') names.add(operand.name);
  };
  const visit = (part: Filter): void => {
    if (part.kind === 'and' || part.kind === 'or') part.parts.forEach(visit);
    else if (part.kind === 'not') visit(part.part);
    else if (part.kind === 'holds') visitOperand(part.operand);
    else [part.left, part.right].forEach(visitOperand);
  };
  visit(filter);
  return [...names];
}
