import { app } from '@azure/functions';

/** Says what it got, so that a test sees what the host handed over. */
app.http('echo', {
  methods: ['GET', 'POST', 'PUT'],
  route: 'echo/{name?}',
  handler: async (request, context) => ({
    jsonBody: {
      method: request.method,
      url: request.url,
      params: request.params,
      query: [...request.query],
      headers: Object.fromEntries(request.headers),
      body: await request.text(),
      triggerMetadata: context.triggerMetadata ?? null,
      traceParent: context.traceContext.traceParent,
    },
  }),
});

app.http('files', {
  methods: ['GET', 'HEAD'],
  route: 'files/{*path}',
  handler: ({ params }) => ({ jsonBody: params }),
});
app.http('latest', { methods: ['GET'], route: 'files/latest', handler: () => ({ body: 'the literal one' }) });
