import { describe, expect, test } from 'vitest';
import { auditOutcome, graveAdvisories } from '../../scripts/package/advisories.ts';
import { textOf } from '../docs/markdown.ts';

describe('what is installed', () => {
  test('runs no code while it is installed', () => {
    expect(textOf('.npmrc')).toMatch(/^ignore-scripts=true$/m);
    expect(textOf('scripts/prepare.mjs')).toContain("'--ignore-scripts'");
  });

  test('is pinned: exact versions in package.json, a digest of every package in the lock file', () => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(textOf('package.json'));
    const versions = Object.values<string>({ ...dependencies, ...devDependencies, ...optionalDependencies });
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
    const { packages } = JSON.parse(textOf('package-lock.json')) as {
      packages: Record<string, { integrity?: string; inBundle?: boolean; link?: boolean }>;
    };
    const unpinned = Object.entries(packages)
      .filter(([path, { integrity, inBundle, link }]) => path !== '' && !integrity && !inBundle && !link)
      .map(([path]) => path);
    expect(unpinned).toEqual([]);
  });

  test('holds nothing of what Azurite brings and the twin never runs: 215 packages, and a third of the start of storage', () => {
    const { packages } = JSON.parse(textOf('package-lock.json')) as { packages: Record<string, { name?: string }> };
    const brought = ['applicationinsights', 'mysql2', 'sequelize', 'tedious'];
    const installed = Object.entries(packages)
      .filter(([path]) => brought.some((name) => path.endsWith(`node_modules/${name}`)))
      .map(([, { name }]) => name);
    expect(installed).toEqual(brought.map(() => 'tslib'));
  });
});

describe('npm run audit', () => {
  const report = {
    vulnerabilities: {
      zod: { severity: 'high', range: '<9', via: [{ title: 'Reads too much' }] },
      vitest: { severity: 'critical', range: '*', via: ['vite'] },
      rhea: { severity: 'moderate', range: '<4', via: [] },
    },
  };

  test('minds what is high and shipped, and nothing else', () => {
    expect(graveAdvisories(report, new Set(['zod', 'rhea']))).toEqual(['zod <9: high (Reads too much)']);
    expect(graveAdvisories({ vulnerabilities: {} }, new Set(['zod']))).toEqual([]);
  });

  test('passes only on an answer: a registry that serves no advisories is no good news', () => {
    expect(auditOutcome({ vulnerabilities: {} }, new Set(['zod']))).toMatchObject({ exitCode: 0 });
    expect(auditOutcome(report, new Set(['zod']))).toMatchObject({ exitCode: 1, text: expect.stringMatching(/^zod/) });
    expect(auditOutcome({ message: '405 Method Not Allowed', error: {} }, new Set(['zod']))).toMatchObject({
      exitCode: 3,
      text: expect.stringMatching(/^The registry serves no advisories.*405 Method Not Allowed$/m),
    });
    expect(auditOutcome({}, new Set(['zod'])).exitCode).toBe(3);
  });

  test('asks for modules that are shipped, from high on', () => {
    expect(textOf('scripts/package/audit.ts')).toContain("['audit', '--omit=dev', '--audit-level=high', '--json']");
  });
});
