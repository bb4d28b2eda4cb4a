// Writes the JSON Schemas of the documents that people write, for their editors, from the schemas that judge them.
import { writeFileSync } from 'node:fs';
import { manifestJsonSchema } from '../src/core/manifest/manifest.ts';
import { routesJsonSchema } from '../src/core/routes/routes.ts';

const schemas = { manifest: manifestJsonSchema(), routes: routesJsonSchema() };
for (const [name, schema] of Object.entries(schemas)) {
  const file = new URL(`../schemas/${name}.schema.json`, import.meta.url);
  writeFileSync(file, `${JSON.stringify(schema, null, 2)}\n`);
}
