import type { FunctionDefinition, HttpTrigger } from '../app/function-definition.ts';
import { matchTemplate, parseRouteTemplate, type RouteTemplate } from './route-template.ts';

export interface RouteMatch {
  readonly definition: FunctionDefinition<HttpTrigger>;
  readonly params: Readonly<Record<string, string>>;
}

interface Route {
  readonly template: RouteTemplate;
  readonly definition: FunctionDefinition<HttpTrigger>;
}

/** The first segments that belong to the host. */
const reserved = new Set(['admin', 'runtime']);

/** Finds the HTTP function for a call. A path that fits but with another method is "not found", as in the Functions host. */
export class RouteTable {
  readonly #routes: readonly Route[];

  /** @throws {Error} for a template that cannot be read or that begins with a segment of the host */
  constructor(functions: readonly FunctionDefinition<HttpTrigger>[], prefix: string) {
    this.#routes = functions
      .map((definition) => ({ definition, template: templateOf(definition, prefix) }))
      .sort((a, b) => compare(a.template, b.template));
  }

  find(method: string, path: string): RouteMatch | undefined {
    const segments = segmentsOf(path);
    for (const { template, definition } of this.#routes) {
      if (!definition.trigger.methods.includes(method)) continue;
      const params = matchTemplate(template, segments);
      if (params !== undefined) return { definition, params };
    }
    return undefined;
  }
}

function templateOf({ name, trigger }: FunctionDefinition<HttpTrigger>, prefix: string): RouteTemplate {
  const route = trigger.route.replace(/^\/+/, '');
  const text = prefix === '' ? route : `${prefix}/${route}`;
  const first = text.split('/')[0]?.toLowerCase() ?? '';
  if (reserved.has(first)) {
    throw new Error(`Function ${name}: its route "${text}" conflicts with the host's own /${first}.`);
  }
  try {
    return parseRouteTemplate(text);
  } catch (error) {
    throw new Error(`Function ${name}: its route "${text}" is not valid: ${(error as Error).message}.`);
  }
}

function compare(a: RouteTemplate, b: RouteTemplate): number {
  if (a.precedence !== b.precedence) return a.precedence < b.precedence ? -1 : 1;
  return a.text < b.text ? -1 : 1;
}

/** Decodes a path as ASP.NET does: a slash that came escaped stays escaped, and so does what is no valid escape. */
function segmentsOf(path: string): string[] {
  const trimmed = path.replace(/^\//, '').replace(/\/$/, '');
  return trimmed === '' ? [] : trimmed.split('/').map(decodeSegment);
}

function decodeSegment(segment: string): string {
  try {
    return segment
      .split(/(%2f)/i)
      .map((piece) => (/^%2f$/i.test(piece) ? piece : decodeURIComponent(piece)))
      .join('');
  } catch {
    return segment;
  }
}
