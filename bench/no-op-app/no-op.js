import { app } from '@azure/functions';

/** A door behind which there is nothing: what a host costs by itself. */
app.http('no-op', {
  route: '{*path}',
  methods: ['POST'],
  authLevel: 'anonymous',
  handler: () => ({ status: 200, headers: { 'content-type': 'application/json' }, body: '{"scores":[]}' }),
});
