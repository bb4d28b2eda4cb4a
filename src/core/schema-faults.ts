import * as z from 'zod';
import type { Code } from './codes.ts';
import { describeValue, type Fault, pointerTo } from './fault.ts';
import { closestTo } from './suggest.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** What is read of a JSON Schema to find the keys that may stand at a path. */
interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
}

/**
 * Holds a document that a person wrote against its schema.
 * @param root the document as it was parsed
 * @param code the code that the faults carry
 * @returns the document with its defaults, or a fault for each wrong place
 */
export function checkDocument<T>(schema: z.ZodType<T>, root: unknown, code: Code): T | Fault[] {
  const result = schema.safeParse(root);
  if (result.success) return result.data;
  return result.error.issues.flatMap((issue) => faultsOf(issue, [], root, code, schema));
}

function faultsOf(issue: Issue, base: Path, root: unknown, code: Code, schema: z.ZodType): Fault[] {
  const path = [...base, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(z.toJSONSchema(schema, { io: 'input' }) as SchemaNode, root, path);
    return issue.keys.map((key) => ({
      code,
      path: pointerTo(...path.map(String), key),
      expected: suggestion(key, known),
      got: describeValue(key),
    }));
  }
  const closest = issue.code === 'invalid_union' ? closestBranch(issue.errors) : undefined;
  if (closest !== undefined) return closest.flatMap((inner) => faultsOf(inner, path, root, code, schema));
  const got = describeValue(valueAt(root, path));
  return [{ code, path: pointerTo(...path.map(String)), expected: expectationOf(issue), got }];
}

function suggestion(key: string, known: readonly string[]): string {
  const hint = closestTo(key, known);
  return hint === undefined ? `one of ${known.join(', ')}` : `"${hint}" (is that what was meant?)`;
}

/** Of the forms that a value may have, the one that the value comes closest to: it fails only further inside. */
const closestBranch = (branches: readonly (readonly Issue[])[]) =>
  branches.find((issues) => issues.length > 0 && issues.every((issue) => issue.path.length > 0));

function expectationOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'record'
        ? 'an object'
        : `${/^[aeiou]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`;
    case 'invalid_value':
      return issue.values.map((value) => JSON.stringify(value)).join(' or ');
    case 'invalid_union':
      return expectationOfUnion(issue);
    case 'invalid_key':
      return `another name: ${issue.issues.map(expectationOf).join(' and ')}`;
    case 'too_small':
      return `${measureOf(issue.origin)}${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`;
    case 'too_big':
      return `${measureOf(issue.origin)}${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}`;
    default:
      return issue.message;
  }
}

const measureOf = (origin: string): string => (origin === 'number' || origin === 'int' ? '' : 'a length of ');

function expectationOfUnion(issue: z.core.$ZodIssueInvalidUnion): string {
  const { options } = issue as { options?: readonly string[] };
  if (options !== undefined) return options.map((option) => JSON.stringify(option)).join(' or ');
  return issue.errors.map((branch) => branch.map(expectationOf).join(' and ')).join(', or ');
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) value = (value as Record<PropertyKey, unknown> | null | undefined)?.[step];
  return value;
}

function keysAt(node: SchemaNode, value: unknown, path: Path): string[] {
  const branches = [...(node.anyOf ?? []), ...(node.oneOf ?? [])].filter((branch) => mayBe(branch, value));
  const inside = branches.flatMap((branch) => keysAt(branch, value, path));
  const [step, ...rest] = path;
  if (step === undefined) return [...new Set([...Object.keys(node.properties ?? {}), ...inside])];
  const open = typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined;
  const next = typeof step === 'number' ? node.items : (node.properties?.[String(step)] ?? open);
  return [...new Set([...(next === undefined ? [] : keysAt(next, valueAt(value, [step]), rest)), ...inside])];
}

/** Whether the words that tell the forms of an object apart (`type`, `method`) are those of this form. */
function mayBe({ properties = {} }: SchemaNode, value: unknown): boolean {
  return Object.entries(properties).every(([key, property]) => {
    const words = property.enum ?? ('const' in property ? [property.const] : undefined);
    const word = valueAt(value, [key]);
    return words === undefined || word === undefined || words.includes(word);
  });
}
