// npm run audit: no shipped module may have a high advisory. Exit 0 none, 1 some, 3 the registry does not say.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type AuditReport, auditOutcome } from './advisories.ts';
import { makePackage } from './make-package.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

function npmAudit(): AuditReport {
  const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--audit-level=high', '--json'], {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  try {
    return JSON.parse(stdout) as AuditReport;
  } catch {
    return { message: 'npm audit printed nothing that can be read' };
  }
}

const { entries } = await makePackage(root);
const bill = JSON.parse(entries.find(({ path }) => path === 'sbom.cdx.json')!.bytes.toString());
const shipped = new Set<string>(bill.components.map(({ name }: { name: string }) => name));
const { exitCode, text } = auditOutcome(npmAudit(), shipped);
(exitCode === 0 ? process.stdout : process.stderr).write(`${text}\n`);
process.exitCode = exitCode;
