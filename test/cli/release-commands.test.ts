import { expect, test } from 'vitest';
import { isMeant, isReleaseVersion } from '../../src/core/releases/release.ts';
import { project } from '../docs/markdown.ts';
import { runInProcess } from './run-in-process.ts';

test.each([
  [['deploy'], /Say which PACKAGE\.zip: npm run package makes one/],
  [
    ['deploy', `${project}/package.json`, '--app', 'a'],
    /package\.json is no package of the app: This is no ZIP archive/,
  ],
  [['rollback', 'one', 'two'], /Say the NAME of one model, or a VERSION of the app/],
  // A version, and no model of that name: it asks for the app that is meant.
  [['rollback', '0.1.0'], /Say --\w+, or set [A-Z_]+: azd env get-values prints it/],
  [['rollback'], /Say --\w+, or set [A-Z_]+/],
  [['releases', 'chek'], /"chek" is not "check"/],
  [['releases', '--outputs', `${project}/LICENSE`], /LICENSE holds no outputs of a deployment/],
  [['releases'], /Say --packages, or set SLUICE_PACKAGES_ACCOUNT/],
])('sluice %s says what is missing, with exit code 2', async (args, message) => {
  const { code, err, out } = await runInProcess(args, { twinFolder: '/nowhere' });
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(message);
});

test('what sluice rollback is given is a version when it has dots, which no name of a model has', () => {
  expect(['0.1.0', '10.2.3-beta.1', '0.1.0+3f9c01'].filter(isReleaseVersion)).toHaveLength(3);
  expect(['machine-failure', '3', 'pump-1', ''].filter(isReleaseVersion)).toEqual([]);
  const release = { version: '0.1.0', sha256: `3f9c${'0'.repeat(60)}` };
  expect(['0.1.0', '0.1.0+3f'].every((asked) => isMeant(release, asked))).toBe(true);
  expect(['0.1.1', '0.1.0+4f'].some((asked) => isMeant(release, asked))).toBe(false);
});
