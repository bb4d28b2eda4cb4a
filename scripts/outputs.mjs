// node scripts/outputs.mjs OUTPUTS.json: outputs of the deployment of infra/, as a shell takes them for variables.
import { readFileSync } from 'node:fs';

/** az changes some of the capitals of the names of outputs. */
function variablesOf(file) {
  const outputs = JSON.parse(readFileSync(file, 'utf8'));
  return Object.entries(outputs).map(([name, { value }]) => [name.toUpperCase(), String(value)]);
}

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

try {
  for (const [name, value] of variablesOf(process.argv[2])) {
    if (!/^[A-Z][A-Z0-9_]*$/.test(name)) throw new Error(`${JSON.stringify(name)} is no name of an output.`);
    process.stdout.write(`export ${name}=${quoted(value)}\n`);
  }
} catch (error) {
  process.stderr.write(`There are no outputs of a deployment: ${error.message}\n`);
  process.exitCode = 2;
}
