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

export interface AuditOutcome {
  /** 0 nothing grave, 1 something, 3 the registry does not say: nothing is known then, which is not the same as nothing. */
  readonly exitCode: 0 | 1 | 3;
  readonly text: string;
}

/** What a report means for a package of these modules. */
export function auditOutcome(report: AuditReport, shipped: ReadonlySet<string>): AuditOutcome {
  if (report.vulnerabilities === undefined) {
    const why = report.message ?? 'it does not say why';
    return {
      exitCode: 3,
      text: `The registry serves no advisories, so that nothing is known of them: ${why}\nAsk one that does: npm_config_registry=URL npm run audit`,
    };
  }
  const found = graveAdvisories(report, shipped);
  return found.length === 0
    ? { exitCode: 0, text: `None of ${shipped.size} shipped modules has a high advisory.` }
    : { exitCode: 1, text: found.join('\n') };
}
