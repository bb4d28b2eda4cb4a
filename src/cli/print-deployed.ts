import { releaseName } from '../core/releases/release.ts';
import type { Deployed } from '../scoring/releases/deploy-release.ts';
import type { CommandCall } from './command.ts';
import { exitCodes } from './usage-error.ts';

/** Says what became of a deployment. @returns the exit code */
export function printDeployed({ options, terminal }: CommandCall, deployed: Deployed): number {
  const { release, problems, rolledBackTo, isUnchanged } = deployed;
  if (options.json === true) terminal.out(JSON.stringify(deployed));
  else {
    for (const problem of problems) terminal.out(problem);
    const now = rolledBackTo ?? release;
    const state = problems.length === 0 || rolledBackTo !== undefined ? 'runs' : 'runs, and is bad';
    terminal.out(`${releaseName(now)} ${state}${isUnchanged ? ' already' : ''}.`);
  }
  return problems.length === 0 ? exitCodes.done : exitCodes.no;
}
