import type { RunCost } from '../../core/sizing/run-cost.ts';
import { type RunStatus, reasonsOf } from '../../scoring/files/run-status.ts';
import { formatNumber } from '../table.ts';
import { progressBar } from '../terminal.ts';

const seconds = (ms: number): string => {
  const whole = Math.max(0, Math.round(ms / 1000));
  return whole < 120 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
};

const rateOf = (bytes: number, elapsedMs: number): string =>
  `${formatNumber(Math.round(bytes / 1e6 / (elapsedMs / 1000)))} MB/s`;

/** How far an upload is, on one line. @param share of its bytes; @param elapsedMs since it began */
export function uploadLine(share: number, bytes: number, elapsedMs: number): string {
  const left = share === 0 ? '' : `, ${seconds((elapsedMs * (1 - share)) / share)} left`;
  return `${progressBar(share)} uploading, ${rateOf(bytes * share, elapsedMs)}${left}`;
}

/** How far a run is, on one line. @param elapsedMs since it began */
export function progressLine(status: RunStatus, elapsedMs: number): string {
  const { state, bytes, bytesDone, rows, rejected } = status;
  if (state === 'started') return 'being looked at ...';
  const share = bytes === 0 ? 1 : bytesDone / bytes;
  const left = bytesDone === 0 ? '' : `, ${seconds((elapsedMs * (1 - share)) / share)} left`;
  const bad = rejected === 0 ? 'none bad' : `${formatNumber(rejected)} bad`;
  return `${progressBar(share)} ${formatNumber(rows)} rows, ${bad}, ${rateOf(bytesDone, elapsedMs)}${left}`;
}

/** How long it took to find the parts, where there are several. */
const foundIn = (report: RunStatus['report']): string =>
  report?.scanMs === undefined ? '' : `, found in ${formatNumber(report.scanMs)} ms`;

const describeCost = ({ amount, currency, pricesOf }: RunCost): string =>
  `about ${amount} ${currency} by list prices of ${pricesOf}`;

/** Everything about a run, for a person. @param now milliseconds since 1970 */
export function describeRun(status: RunStatus, now: number): string {
  const { run, state, blob, model, version, startedAt, parts, partsDone, rows, scored, rejected, folder, report } =
    status;
  const lines = [
    ['run', run],
    ['state', state],
    ['file', blob],
    ['model', `${model} ${version}`],
    ['started', startedAt],
    ['parts', `${formatNumber(partsDone)} of ${formatNumber(parts)}${foundIn(report)}`],
    ['rows', `${formatNumber(rows)}: ${formatNumber(scored)} scored, ${formatNumber(rejected)} rejected`],
  ];
  if (report === undefined) lines.push(['progress', progressLine(status, now - Date.parse(startedAt))]);
  else {
    const { durationMs } = report;
    const took = durationMs < 2_000 ? `${formatNumber(durationMs)} ms` : seconds(durationMs);
    lines.push(['took', `${took}, ${formatNumber(report.rowsPerSecond)} rows/s`]);
    if (report.cost !== undefined) lines.push(['cost', describeCost(report.cost)]);
    for (const { code, message } of reasonsOf(report)) lines.push(['because', `${code}: ${message}`]);
    for (const [code, count] of Object.entries(report.byCode))
      lines.push(['rejected', `${code} ${formatNumber(count)}`]);
    for (const { name } of report.files) lines.push(['result', `results/${folder}/${name}`]);
  }
  return lines.map(([name = '', value = '']) => `${name.padEnd(9)} ${value}`).join('\n');
}
