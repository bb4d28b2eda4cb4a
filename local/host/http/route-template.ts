import { parseConstraint } from './route-constraints.ts';

interface Parameter {
  readonly name: string;
  readonly isCatchAll: boolean;
  readonly isOptional: boolean;
  readonly fallback: string | undefined;
  readonly constraints: readonly ((value: string) => boolean)[];
}

interface Segment {
  /** Literal text and parameters in turn; mostly one part. */
  readonly parts: readonly (string | Parameter)[];
  readonly pattern: RegExp;
}

/** A route template in the syntax of ASP.NET: `models/{name}/versions/{version:int?}`, `{*rest}`. */
export interface RouteTemplate {
  readonly text: string;
  readonly segments: readonly Segment[];
  /** Sorts templates: of two that match, the one with the smaller value is taken. */
  readonly precedence: string;
}

/**
 * Parses a route template.
 * @throws {Error} when a parameter or constraint cannot be read
 */
export function parseRouteTemplate(text: string): RouteTemplate {
  const segments = splitOutsideBraces(hideBraces(text)).map(parseSegment);
  return { text, segments, precedence: segments.map(precedenceOf).join('') };
}

/**
 * Matches the segments of a path; literals compare without regard to case.
 * @param path decoded segments
 * @returns the parameters with a value, or undefined when the path does not fit
 */
export function matchTemplate(template: RouteTemplate, path: readonly string[]): Record<string, string> | undefined {
  const values: Record<string, string> = {};
  for (const [index, segment] of template.segments.entries()) {
    const parameter = soleParameter(segment);
    const given = parameter?.isCatchAll ? path.slice(index).join('/') : path[index];
    if (parameter !== undefined && (given === undefined || given === '')) {
      if (!acceptsNothing(parameter, values)) return undefined;
      continue;
    }
    if (given === undefined || !matchSegment(segment, given, values)) return undefined;
    if (parameter?.isCatchAll) return values;
  }
  return path.length <= template.segments.length ? values : undefined;
}

function acceptsNothing(parameter: Parameter, values: Record<string, string>): boolean {
  if (parameter.fallback !== undefined) values[parameter.name] = parameter.fallback;
  return parameter.isOptional || parameter.isCatchAll || parameter.fallback !== undefined;
}

function matchSegment(segment: Segment, given: string, values: Record<string, string>): boolean {
  const match = segment.pattern.exec(given);
  if (match === null) return false;
  const parameters = segment.parts.filter((part) => typeof part !== 'string');
  return parameters.every((parameter, index) => {
    const value = match[index + 1] ?? '';
    values[parameter.name] = value;
    return parameter.constraints.every((accepts) => accepts(value));
  });
}

function soleParameter({ parts }: Segment): Parameter | undefined {
  const [part] = parts;
  return parts.length === 1 && typeof part === 'object' ? part : undefined;
}

/** The digits of ASP.NET: literal 1, constrained parameter 2, parameter 3, constrained catch-all 4, catch-all 5. */
function precedenceOf(segment: Segment): string {
  const parameter = soleParameter(segment);
  if (parameter === undefined) return segment.parts.some((part) => typeof part === 'object') ? '2' : '1';
  const isConstrained = parameter.constraints.length > 0;
  if (parameter.isCatchAll) return isConstrained ? '4' : '5';
  return isConstrained ? '2' : '3';
}

/** Cuts at slashes that are not inside a parameter: a regex constraint may hold some. */
function splitOutsideBraces(text: string): string[] {
  return text.match(/(?:\{[^{}]*\}|[^/{}])+/g) ?? [];
}

function parseSegment(text: string): Segment {
  const tokens = text.match(/\{[^{}]*\}|[^{}]+/g) ?? [];
  const parts = tokens.map((token) => (token.startsWith('{') ? parseParameter(token.slice(1, -1)) : token));
  const source = parts.map((part) => (typeof part === 'string' ? escapeForRegExp(part) : '(.+?)')).join('');
  return { parts, pattern: new RegExp(`^${source}$`, 'is') };
}

function parseParameter(text: string): Parameter {
  const constraint = String.raw`:\w+(?:\((?:[^()]|\([^)]*\))*\))?`;
  const match = new RegExp(String.raw`^(\*{0,2})([^:=?*/]+)((?:${constraint})*)(=.*|\?)?$`, 's').exec(text);
  if (match === null) throw new Error(`a route parameter {${text}} cannot be read`);
  const [, stars = '', name = '', constraints = '', suffix = ''] = match;
  return {
    name,
    isCatchAll: stars !== '',
    isOptional: suffix === '?',
    fallback: suffix.startsWith('=') ? suffix.slice(1) : undefined,
    constraints: (constraints.match(new RegExp(constraint, 'gs')) ?? []).map((found) =>
      parseConstraint(restoreBraces(found.slice(1))),
    ),
  };
}

const escapeForRegExp = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** Doubled braces stand for one brace in a regex constraint; while a template is cut they must not look like parameters. */
const hideBraces = (text: string) => text.replaceAll('{{', '\u0001').replaceAll('}}', '\u0002');
const restoreBraces = (text: string) => text.replaceAll('\u0001', '{').replaceAll('\u0002', '}');
