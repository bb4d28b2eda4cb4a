/** A way of speaking HTTP; what a path belongs to decides the shape of errors too. */
export type DialectName = 'plain' | 'openInference' | 'kserveV1' | 'mlflow' | 'azureMl';

/** The model that a path names; without a name the one that the routes make the default. */
export interface Target {
  readonly model?: string;
  /** An alias or a version. */
  readonly selector?: string;
}

/** What is asked of files that are scored on the way of uploads; `run` is what a path names. */
export type JobAsk = { readonly kind: 'job' } | { readonly kind: 'job status' | 'job cancel'; readonly run: string };

/** What a path asks for. */
export type Ask =
  | { readonly kind: 'score'; readonly target: Target }
  | { readonly kind: 'model' | 'model ready'; readonly target: Target }
  | JobAsk
  | {
      readonly kind:
        | 'status'
        | 'live'
        | 'ready'
        | 'server'
        | 'models'
        | 'repository index'
        | 'ping'
        | 'version'
        | 'healthy'
        | 'swagger'
        | 'options'
        | 'openapi'
        | 'docs';
    }
  | { readonly kind: 'method not allowed'; readonly allow: string }
  | { readonly kind: 'not found' };

export interface CallRoute {
  readonly dialect: DialectName;
  readonly ask: Ask;
}

interface Served {
  readonly dialect: DialectName;
  readonly method: string;
  readonly pattern: RegExp;
  readonly kind: Exclude<Ask['kind'], 'method not allowed' | 'not found'>;
}

/** A model in a path, under `/models/`, and a version of it. */
const model = '(?<model>[^/:]+)';
const versioned = `${model}(?:/versions/(?<selector>[^/]+))?`;

const at = (dialect: DialectName, method: string, path: string, kind: Served['kind']): Served => ({
  dialect,
  method,
  pattern: new RegExp(`^${path}$`),
  kind,
});

/** All that is served; what is asked for most comes first. */
export const servedRoutes: readonly Served[] = [
  at('plain', 'POST', `/models/${versioned}/score`, 'score'),
  at('openInference', 'POST', `/v2/models/${versioned}/infer`, 'score'),
  at('azureMl', 'POST', '/score', 'score'),
  at('mlflow', 'POST', '/invocations', 'score'),
  at('kserveV1', 'POST', `/v1/models/${model}:predict`, 'score'),
  at('plain', 'GET', '/status', 'status'),
  at('plain', 'GET', '/openapi\\.json', 'openapi'),
  at('plain', 'GET', '/docs', 'docs'),
  at('openInference', 'GET', '/v2/health/live', 'live'),
  at('openInference', 'GET', '/v2/health/ready', 'ready'),
  at('openInference', 'GET', '/v2', 'server'),
  at('openInference', 'GET', '/v2/models', 'models'),
  at('openInference', 'GET', `/v2/models/${versioned}`, 'model'),
  at('openInference', 'GET', `/v2/models/${versioned}/ready`, 'model ready'),
  at('openInference', 'POST', '/v2/repository/index', 'repository index'),
  at('kserveV1', 'GET', '/v1/models', 'models'),
  at('kserveV1', 'GET', `/v1/models/${model}`, 'model ready'),
  at('mlflow', 'GET', '/(?:ping|health)', 'ping'),
  at('mlflow', 'GET', '/version', 'version'),
  at('azureMl', 'GET', '/score', 'score'),
  at('azureMl', 'OPTIONS', '/score', 'options'),
  at('azureMl', 'GET', '/', 'healthy'),
  at('azureMl', 'GET', '/swagger\\.json', 'swagger'),
  at('plain', 'POST', '/jobs', 'job'),
  at('plain', 'GET', '/jobs/(?<run>[^/]+)', 'job status'),
  at('plain', 'DELETE', '/jobs/(?<run>[^/]+)', 'job cancel'),
];

/** Paths that nobody serves are refused in the words of those whose clients would ask for them. */
const rooms: readonly (readonly [string, DialectName])[] = [
  ['/v2/', 'openInference'],
  ['/v1/', 'kserveV1'],
];

/** One name a path, so that a path of the app is never a path of the file system. */
function decoded(part: string): string {
  if (!part.includes('%')) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Finds what a call asks for; a trailing slash makes no difference. HEAD is answered as GET. */
export function callRoute(method: string, path: string): CallRoute {
  const trimmed = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
  const asked = method === 'HEAD' ? 'GET' : method;
  const others: Served[] = [];
  for (const each of servedRoutes) {
    const match = each.pattern.exec(trimmed);
    if (match === null) continue;
    if (each.method === asked) return { dialect: each.dialect, ask: askOf(each.kind, match.groups) };
    others.push(each);
  }
  const [other] = others;
  if (other !== undefined) {
    const allow = others.map((each) => each.method).join(', ');
    return { dialect: other.dialect, ask: { kind: 'method not allowed', allow } };
  }
  const [, dialect = 'plain'] = rooms.find(([prefix]) => trimmed.startsWith(prefix)) ?? [];
  return { dialect, ask: { kind: 'not found' } };
}

function askOf(kind: Served['kind'], groups: Readonly<Record<string, string>> = {}): Ask {
  if (kind === 'job status' || kind === 'job cancel') return { kind, run: groups.run ?? '' };
  if (kind !== 'score' && kind !== 'model' && kind !== 'model ready') return { kind };
  const { model, selector } = groups;
  const named = model === undefined ? {} : { model: decoded(model) };
  return { kind, target: selector === undefined ? named : { ...named, selector: decoded(selector) } };
}

/**
 * The model that the header of Azure Machine Learning names: `<model>`, or `<model>/<alias or version>`.
 * @returns nothing for a call without the header
 */
export function deploymentTarget(header: string | undefined): Target {
  if (header === undefined) return {};
  const [model = '', selector] = header.split('/', 2);
  return selector === undefined ? { model } : { model, selector };
}
