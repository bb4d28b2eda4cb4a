// Prints the operators that the installed ONNX Runtime has, as the lines of src/core/graph/operator-names.ts:
//
//     node scripts/launch.mjs test/core/graph/list-operators.ts
//
// Every word in the library that could be the name of an operator is tried in a model of one operator. Run it after
// the runtime is updated; the table's test fails when a name is gone. It takes some minutes.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { hasOperator, triedVersions } from './has-operator.ts';

const root = join(createRequire(import.meta.url).resolve('onnxruntime-node'), '..', '..');
const library = join(root, 'bin', 'napi-v6', process.platform, process.arch, 'libonnxruntime.so.1');
const words = readFileSync(library, 'latin1').match(/(?<![A-Za-z0-9_])[A-Z][A-Za-z0-9_]{1,60}(?![A-Za-z0-9_])/g) ?? [];

/** A linker lays a text into the end of a longer one: so each ending that begins with a capital is a word, too. */
const candidates = new Set(
  words
    .flatMap((word) => [...word.matchAll(/[A-Z]/g)].map(({ index }) => word.slice(index)))
    .filter((word) => /^[A-Z][A-Za-z0-9]{1,39}$/.test(word)),
);

for (const domain of Object.keys(triedVersions)) {
  const names: string[] = [];
  for (const word of [...candidates].sort()) if (await hasOperator(domain, word)) names.push(word);
  process.stdout.write(`  '${domain}':\n    '${names.join(' ')}',\n`);
}
