import {
  currentOf,
  type Deployment,
  goodBefore,
  type Release,
  releaseName,
  withDeployment,
  withOutcome,
} from '../../core/releases/release.ts';
import type { AppPlatform, GoldenCheck, ReleaseStore } from './release-ports.ts';

export interface DeployPorts {
  readonly store: ReleaseStore;
  readonly platform: AppPlatform;
  readonly goldenCheck: GoldenCheck;
  readonly now: () => Date;
  readonly sleep: (ms: number) => Promise<unknown>;
  readonly onProgress: (line: string) => void;
}

export interface DeployOptions {
  /** Functions that the package has: the deployment is whole when the platform lists all of them. */
  readonly functions: readonly string[];
  readonly why?: string | undefined;
  /** Puts the last good release back when this one is bad. */
  readonly rollsBack: boolean;
}

/** What became of a deployment. */
export interface Deployed {
  readonly release: Release;
  /** Nothing was published: this release ran already, and still is good. */
  readonly isUnchanged?: true;
  /** Why it is bad; empty when it is good. */
  readonly problems: readonly string[];
  /** What runs now in its place. */
  readonly rolledBackTo?: Release;
}

/** The platform reads its functions after it has answered; it is asked this often, for this long. */
const pollMs = 5_000;
const pollsMax = 60;

/**
 * Keeps a package, has the platform run it, and believes it only when every function is there and every model answers its
 * golden rows. What is bad is replaced by the last release that was good.
 * @throws {Error} when the platform refuses the package: then the former one still runs
 */
export async function deployRelease(
  ports: DeployPorts,
  release: Release,
  zip: Uint8Array,
  options: DeployOptions,
): Promise<Deployed> {
  const { store, onProgress } = ports;
  if (await isInPlace(ports, release, zip, options)) return { release, problems: [], isUnchanged: true };
  await store.keep(release, zip);
  onProgress(`${releaseName(release)} is kept`);
  const problems = await putInPlace(ports, release, zip, options);
  if (problems.length === 0 || !options.rollsBack) return { release, problems };
  const former = goodBefore(await store.history(), release);
  if (former === undefined) return { release, problems: [...problems, 'There is no good release to go back to.'] };
  onProgress(`Going back to ${releaseName(former)}: ${problems[0]}`);
  const formerZip = await store.read(former);
  const why = `${releaseName(release)} was bad`;
  const stillBad = await putInPlace(ports, former, formerZip, { ...options, why });
  const { version, sha256 } = former;
  return { release, problems: [...problems, ...stillBad], rolledBackTo: { version, sha256 } };
}

/** Whether this release is what runs, and good now as it was then: a second run changes nothing. */
async function isInPlace(ports: DeployPorts, release: Release, zip: Uint8Array, options: DeployOptions) {
  const current = currentOf(await ports.store.history());
  if (current?.sha256 !== release.sha256 || current.outcome !== 'good') return false;
  const listed = await ports.platform.functions();
  const isWhole = options.functions.every((name) => listed.includes(name));
  return isWhole && (await ports.goldenCheck(zip)).length === 0;
}

/** Deploys and judges one package. @returns what is wrong with it */
async function putInPlace(
  { store, platform, goldenCheck, now, sleep, onProgress }: DeployPorts,
  release: Release,
  zip: Uint8Array,
  { functions, why }: DeployOptions,
): Promise<readonly string[]> {
  const { version, sha256 } = release;
  const begun: Deployment = { version, sha256, at: now().toISOString(), outcome: 'begun', ...(why && { why }) };
  await store.changeHistory((history) => withDeployment(history, begun));
  await platform.publish(zip, onProgress);
  const missing = await missingFunctions(platform, functions, sleep, onProgress);
  const problems = missing.length > 0 ? [`The platform does not list: ${missing.join(', ')}.`] : await goldenCheck(zip);
  const outcome = problems.length === 0 ? 'good' : 'bad';
  await store.changeHistory((history) => withOutcome(history, release, outcome));
  onProgress(`${releaseName(release)} is ${outcome}`);
  return problems;
}

/** Waits until the platform lists every function. @returns those that never came */
async function missingFunctions(
  platform: AppPlatform,
  wanted: readonly string[],
  sleep: DeployPorts['sleep'],
  onProgress: (line: string) => void,
): Promise<readonly string[]> {
  let missing = wanted;
  for (let poll = 0; poll < pollsMax; poll++) {
    const listed = await platform.functions();
    missing = wanted.filter((name) => !listed.includes(name));
    if (missing.length === 0) return missing;
    onProgress(`Waiting for ${missing.join(', ')}`);
    await sleep(pollMs);
  }
  return missing;
}
