// npm run package [-- FOLDER]: builds the package that Azure runs into release/, as a zip and unpacked.
import { rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makePackage } from './make-package.ts';
import { unpackInto } from './unpack.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = process.argv[2] ?? join(root, 'release');

try {
  const { entries, zip, sha256 } = await makePackage(root);
  rmSync(folder, { recursive: true, force: true });
  const name = 'sluice.zip';
  await unpackInto(join(folder, 'app'), entries);
  writeFileSync(join(folder, name), zip);
  // As `sha256sum --check` reads it.
  writeFileSync(join(folder, `${name}.sha256`), `${sha256}  ${name}\n`);
  const megabytes = (zip.length / 2 ** 20).toFixed(1);
  process.stdout.write(
    `${relative(process.cwd(), join(folder, name))}: ${entries.length} files, ${megabytes} MB, sha256:${sha256}\n`,
  );
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
