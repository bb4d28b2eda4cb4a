const { app } = require('@azure/functions');

app.http('good', { handler: () => ({ body: 'never reached: one bad file means no functions' }) });
