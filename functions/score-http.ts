import { app } from '@azure/functions';
import { logOf } from '../src/adapters/function-log.ts';
import { httpCallOf } from '../src/adapters/http-trigger.ts';
import { scoring } from '../src/compose.ts';
import { scoreRequest } from '../src/scoring/score-request.ts';

/** Door: HTTP. One route takes everything, so that 404 and 405 are answers of ours. */
app.http('score-http', {
  route: '{*path}',
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
  // Callers are checked by the app itself.
  authLevel: 'anonymous',
  handler: (request, context) => scoreRequest(scoring(), httpCallOf(request), logOf(context)),
});
