import { hash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BlobKeyStore } from '../../src/adapters/blob-key-store.ts';
import { BlobReleaseStore } from '../../src/adapters/releases/blob-release-store.ts';
import { FlexApp } from '../../src/adapters/releases/flex-app.ts';
import { checkGoldenRows } from '../../src/adapters/releases/golden-rows.ts';
import { ZipFiles } from '../../src/adapters/releases/zip-files.ts';
import { withIssuedKey } from '../../src/cli/issued-key.ts';
import { functionsOf } from '../../src/cli/release-target.ts';
import { goodBefore, type Release, releaseName, withDeployment } from '../../src/core/releases/release.ts';
import { type DeployPorts, deployRelease } from '../../src/scoring/releases/deploy-release.ts';
import { useBlobStorage } from '../adapters/blob-storage.ts';
import { type AzureDouble, startAzureDouble, token } from './azure-double.ts';
import { answerGoldenRows, golden, packaged } from './packaged.ts';

const storage = useBlobStorage();
const first = packaged('1.0.0');
const second = packaged('1.1.0');
let azure: AzureDouble;
let store: BlobReleaseStore;
let ports: DeployPorts;
let progress: string[];

/** The app answers what its golden rows expect; packages whose version is here answer something else. */
let wrongVersions: string[];

beforeEach(async () => {
  azure = await startAzureDouble();
  store = new BlobReleaseStore(await storage.newContainer());
  progress = [];
  wrongVersions = [];
  await answerGoldenRows(azure, wrongVersions);
  const app = new FlexApp({
    management: azure.url,
    subscription: 'sub-1',
    group: 'rg-1',
    app: 'func-1',
    token: async () => token,
    pollMs: 1,
  });
  ports = {
    store,
    platform: app,
    goldenCheck: async (zip) =>
      checkGoldenRows(new ZipFiles(zip), { url: await app.url(), key: 'slk_key', sleep: async () => {} }),
    now: () => new Date('2026-11-21T10:00:00Z'),
    sleep: async () => {},
    onProgress: (line) => progress.push(line),
  };
});
afterEach(() => azure.close());

const deployIt = ({ release, zip }: typeof first, rollsBack = true) =>
  deployRelease(ports, release, zip, { functions: functionsOf(zip), rollsBack });

const outcomes = async () => (await store.history()).deployments.map((each) => `${each.version} ${each.outcome}`);

describe('sluice deploy', () => {
  test('keeps the package, publishes it, waits for every function, and asks for golden rows', async () => {
    azure.functionLists = [[], ['score-http'], ['score-http', 'score-events']];
    azure.states = [1, 2, 4];
    expect(await deployIt(first)).toEqual({ release: first.release, problems: [] });
    expect(azure.published).toHaveLength(1);
    expect(azure.published[0]?.equals(first.zip)).toBe(true);
    expect(await store.list()).toEqual([first.release]);
    expect((await store.read(first.release)).equals(first.zip)).toBe(true);
    expect(await outcomes()).toEqual(['1.0.0 good']);
    expect(progress).toContain('Waiting for score-events');
    const calls = azure.requests.filter((line) => line.includes('/score '));
    expect(calls).toEqual(['POST /models/machine-failure/versions/1/score Bearer slk_key']);
  });

  test('changes nothing the second time, as long as what runs is good', async () => {
    await deployIt(first);
    expect(await deployIt(first)).toEqual({ release: first.release, problems: [], isUnchanged: true });
    expect(azure.published).toHaveLength(1);
    expect(await outcomes()).toEqual(['1.0.0 good']);
    azure.functionLists = [['score-http'], ['score-http', 'score-events']];
    expect((await deployIt(first)).isUnchanged).toBeUndefined();
    expect(azure.published).toHaveLength(2);
  });

  test('puts the last good release back when golden rows are answered otherwise', async () => {
    await deployIt(first);
    wrongVersions.push('1.1.0');
    const deployed = await deployIt(second);
    expect(deployed.rolledBackTo).toEqual(first.release);
    expect(deployed.problems[0]).toMatch(/^machine-failure 1\/0\/probability: expected 0\.99\d*, got 1\.24/);
    expect(azure.published.map((zip) => hash('sha256', zip, 'hex'))).toEqual(
      [first, second, first].map(({ release }) => release.sha256),
    );
    expect(await outcomes()).toEqual(['1.0.0 good', '1.1.0 bad', '1.0.0 good']);
  });

  test('holds an app that serves another graph for bad, whatever it scores', async () => {
    const body = { version: '1.0.0', modelDigest: 'sha256:0', scores: golden.cases[0].expected };
    azure.answer = () => ({ status: 200, body });
    const { problems } = await deployIt(first);
    expect(problems[0]).toMatch(/^machine-failure 1: the digest is sha256:0, expected sha256:/);
    expect(problems.at(-1)).toBe('There is no good release to go back to.');
  });

  test('waits for a key that is seconds old, a cold start, and a former package that still answers', async () => {
    const right = azure.answer;
    let calls = 0;
    azure.answer = (...asked) => {
      calls += 1;
      if (calls === 1) return { status: 401, body: {} };
      if (calls === 2) return { status: 200, body: { version: '0.9.0' } };
      if (calls === 4) return { status: 503, body: {} };
      return right(...asked);
    };
    expect(await deployIt(first)).toEqual({ release: first.release, problems: [] });
    expect(calls).toBe(5);
  });

  test('says so when the former package goes on answering', async () => {
    azure.answer = () => ({ status: 200, body: { version: '0.9.0' } });
    expect((await deployIt(first, false)).problems).toEqual(['The app still is version 0.9.0, not 1.0.0.']);
  });

  test('names the functions that never come', async () => {
    azure.functionLists = [['score-http']];
    const { problems } = await deployIt(first, false);
    expect(problems).toEqual(['The platform does not list: score-events.']);
    expect(await outcomes()).toEqual(['1.0.0 bad']);
  });

  test('says what Azure says when it refuses, and who lacks a role', async () => {
    azure.states = [1, 3];
    await expect(deployIt(first)).rejects.toThrow('Azure did not take the package: it is broken.');
    expect(await outcomes()).toEqual(['1.0.0 begun']);
    const stranger = new FlexApp({
      management: azure.url,
      subscription: 'sub-1',
      group: 'rg-1',
      app: 'func-1',
      token: async () => 'nobody',
    });
    await expect(stranger.functions()).rejects.toThrow(/answered 401 \(does your identity have its role\?\)/);
  });
});

describe('the packages that are kept', () => {
  test('are never overwritten, and judged by their digest when they are read', async () => {
    await store.keep(first.release, first.zip);
    await store.keep(first.release, Buffer.from('something else'));
    expect((await store.read(first.release)).equals(first.zip)).toBe(true);
    const forged: Release = { version: '9.9.9', sha256: 'a'.repeat(64) };
    await store.keep(forged, first.zip);
    await expect(store.read(forged)).rejects.toThrow(/9\.9\.9\+aaaaaaaaaaaa is not as its name says/);
    await expect(store.read(second.release)).rejects.toThrow(`${releaseName(second.release)} is not kept`);
  });

  test('keep a history that many can change at once', async () => {
    const at = '2026-11-21T10:00:00.000Z';
    const both = [first, second].map(({ release }) => ({ ...release, at, outcome: 'good' as const }));
    await Promise.all(
      [...both, ...both].map((each) => store.changeHistory((history) => withDeployment(history, each))),
    );
    const history = await store.history();
    expect(history.deployments).toHaveLength(4);
    expect(goodBefore(history, second.release)?.sha256).toBe(first.release.sha256);
  });
});

test('a deployment is proven with a key that is gone afterwards', async () => {
  const container = await storage.newContainer();
  const keys = new BlobKeyStore(async () => container);
  const during = await withIssuedKey(
    async () => container,
    async (key) => ({ key, stored: await keys.read() }),
  );
  expect(during.key).toMatch(/^slk_/);
  expect(during.stored.keys).toMatchObject([{ rights: ['score', 'metadata'], expiresAt: expect.any(String) }]);
  expect(JSON.stringify(during.stored)).not.toContain(during.key);
  expect((await keys.read()).keys).toEqual([]);
});

test('a file that is no archive, or a broken one, is told', () => {
  expect(() => new ZipFiles(Buffer.from('no archive at all, only words'))).toThrow('This is no ZIP archive.');
  const broken = Buffer.from(first.zip);
  broken.writeUInt32LE(7, broken.length - 6);
  expect(() => new ZipFiles(broken)).toThrow(/directory of this ZIP archive is broken/);
  expect(() => new ZipFiles(first.zip).read('nowhere')).toThrow('The package has no nowhere.');
});
