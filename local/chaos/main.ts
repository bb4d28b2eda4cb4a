/** `npm run chaos`: lets disasters happen to twins of their own, one line for each. Exit 1 when one does not hold. */
import { parseArgs } from 'node:util';
import { disasters } from './disaster-list.ts';
import { startOwnTwin } from './own-twin.ts';
import { runDisaster } from './run-disaster.ts';

const { values, positionals } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    short: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
  },
  allowPositionals: true,
});
for (const disaster of disasters) {
  if (positionals.length > 0 && !positionals.includes(disaster.name)) continue;
  const twin = await startOwnTwin(disaster.twin);
  try {
    const figure = await runDisaster(disaster, twin, {
      seed: Number(values.seed),
      size: values.short ? disaster.short : disaster.full,
    });
    process.stdout.write(`${JSON.stringify(figure)}\n`);
  } finally {
    await twin.close();
  }
}
