import { app } from '@azure/functions';
import { record } from '../../record.mjs';

app.hook.appStart((context) => {
  context.hookData.shared = 'from appStart';
  record('appStart');
});
app.hook.appTerminate((context) => record(`appTerminate, ${context.hookData.shared}`));
app.hook.preInvocation((context) => {
  record(`preInvocation ${context.invocationContext.functionName}`);
  context.hookData.seen = 'yes';
  if (context.inputs[0].query.get('swap') === 'yes') {
    context.functionHandler = () => ({ body: 'from the swapped handler' });
  }
});
app.hook.postInvocation((context) => {
  record(`postInvocation ${context.hookData.seen}, error: ${context.error?.message ?? 'none'}`);
  if (context.error) {
    context.error = undefined;
    context.result = { status: 202, body: 'healed' };
  }
});
app.hook.log((context) => {
  context.message = `[hooked] ${context.message}`;
});

app.http('greet', {
  methods: ['GET'],
  handler: (request, context) => {
    context.warn('from the handler');
    if (request.query.get('fail') === 'yes') throw new Error('broken');
    return { body: 'from the handler' };
  },
});

app.http('late', {
  methods: ['GET'],
  handler: () => {
    try {
      app.http('too-late', { handler: () => ({}) });
      return { body: 'registered' };
    } catch (error) {
      return { body: error.message };
    }
  },
});
