/** What `npm audit --json` prints, of which this is read. */
export interface AuditReport {
  readonly vulnerabilities?: Readonly<
    Record<string, { readonly severity: string; readonly range: string; readonly via: readonly unknown[] }>
  >;
  /** The registry did not answer, or answers no such question. */
  readonly error?: unknown;
  readonly message?: string;
}

const grave = ['high', 'critical'];

/** High and critical advisories on modules that are shipped, a line each. @param shipped names of the modules of the package */
export function graveAdvisories(report: AuditReport, shipped: ReadonlySet<string>): string[] {
  return Object.entries(report.vulnerabilities ?? {})
    .filter(([name, { severity }]) => shipped.has(name) && grave.includes(severity))
    .map(([name, { severity, range, via }]) => {
      const titles = via.map((each) => (each as { title?: string }).title).filter((title) => title !== undefined);
      return `${name} ${range}: ${severity}${titles.length > 0 ? ` (${titles.join('; ')})` : ''}`;
    });
}
