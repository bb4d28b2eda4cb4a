import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { logOf } from '../src/adapters/function-log.ts';
import { scoring } from '../src/compose.ts';
import { scoreRequest } from '../src/scoring/score-request.ts';

/** Door: HTTP. One route takes everything, so that 404 and 405 are answers of ours. */
async function scoreHttp(request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  const body = request.body === null ? new Uint8Array() : new Uint8Array(await request.arrayBuffer());
  const call = {
    method: request.method,
    path: new URL(request.url).pathname,
    header: (name: string) => request.headers.get(name) ?? undefined,
    body,
  };
  return scoreRequest(scoring(), call, logOf(context));
}

app.http('score-http', {
  route: '{*path}',
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
  // Callers are checked by the app itself.
  authLevel: 'anonymous',
  handler: scoreHttp,
});
