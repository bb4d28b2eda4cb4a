import type { Proof } from '../../scoring/proving/proving-ground.ts';
import { formatNumber } from '../table.ts';

/** The report of a proof, in Markdown: what was done to which system when, what was measured, and whether it holds. */
export function proofReport({ ground, begunAt, seconds, plan, figures, done, problems }: Proof): string {
  const rows = figures.map(({ what, value, unit }) => `| ${what} | ${formatNumber(value)} | ${unit} |`);
  const verdict =
    problems.length === 0
      ? 'It holds: every event has exactly one place.'
      : `It does not hold:\n\n${problems.map((problem) => `- ${problem}`).join('\n')}`;
  return `# Proof of ${begunAt.slice(0, 10)}: ${ground}

Begun at ${begunAt}, ${seconds} seconds: ${plan.events} events at ${plan.eventsPerSecond} a second, ${plan.calls} calls, at most ${plan.minutesMax} minutes.

${verdict}

## What was done to it

${done.map((each) => `- ${each}`).join('\n')}

## What was measured

| What | Value | Unit |
|---|---|---|
${rows.join('\n')}
`;
}
