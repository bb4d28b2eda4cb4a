// Writes the JSON Schemas of the documents that people write, for their editors, and of what they read by themselves.
import { writeFileSync } from 'node:fs';
import { manifestJsonSchema } from '../src/core/manifest/manifest.ts';
import { packedScoresJsonSchema } from '../src/core/outputs/packed-scores.ts';
import { routesJsonSchema } from '../src/core/routes/routes.ts';
import { pricesJsonSchema } from '../src/core/sizing/price-list.ts';

const schemas = {
  manifest: manifestJsonSchema(),
  routes: routesJsonSchema(),
  'packed-scores': packedScoresJsonSchema(),
  prices: pricesJsonSchema(),
};
for (const [name, schema] of Object.entries(schemas)) {
  const file = new URL(`../schemas/${name}.schema.json`, import.meta.url);
  writeFileSync(file, `${JSON.stringify(schema, null, 2)}\n`);
}
