/** What a path asks for. */
export type CallRoute =
  | { readonly kind: 'status' }
  | { readonly kind: 'score'; readonly model: string }
  | { readonly kind: 'method not allowed'; readonly allow: string }
  | { readonly kind: 'not found' };

interface Served {
  readonly pattern: RegExp;
  readonly method: string;
  readonly route: (groups: Readonly<Record<string, string>>) => CallRoute;
}

const served: readonly Served[] = [
  { pattern: /^\/status$/, method: 'GET', route: () => ({ kind: 'status' }) },
  {
    pattern: /^\/models\/(?<model>[^/]+)\/score$/,
    method: 'POST',
    route: ({ model = '' }) => ({ kind: 'score', model: decoded(model) }),
  },
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
  const allowed: string[] = [];
  for (const each of served) {
    const match = each.pattern.exec(trimmed);
    if (match === null) continue;
    if (each.method === asked) return each.route(match.groups ?? {});
    allowed.push(each.method);
  }
  return allowed.length === 0 ? { kind: 'not found' } : { kind: 'method not allowed', allow: allowed.join(', ') };
}
