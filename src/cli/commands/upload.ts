import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { BlobServiceClient } from '@azure/storage-blob';
import { describeFault } from '../../core/fault.ts';
import { type ResultFormat, resultFormatOf, resultFormats } from '../../core/routes/result-format.ts';
import { type Command, type CommandCall, jsonOption, type OptionValues, text } from '../command.ts';
import { type FinishedRun, saveResults, uploadFile, waitForRun } from '../file-upload.ts';
import { progressLine, uploadLine } from '../runs/describe-run.ts';
import { savedNames } from '../saved-names.ts';
import { formatNumber } from '../table.ts';
import { blobTarget, connectionOption, unreachable } from '../targets.ts';
import { paint, type Terminal } from '../terminal.ts';
import { exitCodes, UsageError } from '../usage-error.ts';

const waitSecondsDefault = 300;

export const upload: Command = {
  name: 'upload',
  summary: 'Uploads files to be scored, waits for the scores and saves them.',
  operands: 'FILE...',
  options: {
    to: {
      type: 'string',
      short: 't',
      value: 'PREFIX',
      help: 'Folder of the upload; without routes.json the name of the model.',
    },
    out: { type: 'string', short: 'o', value: 'FOLDER', help: 'Where the results are saved (.).' },
    results: {
      type: 'string',
      value: 'FORMAT',
      help: `How the scores are written: ${resultFormats.join(', ')}. As the route says when absent.`,
    },
    'no-wait': { type: 'boolean', help: 'End as soon as the files are uploaded.' },
    wait: {
      type: 'string',
      value: 'SECONDS',
      help: `How long to wait for the scores, or for the next part of a large file (${waitSecondsDefault}).`,
    },
    connection: connectionOption,
    json: jsonOption,
  },
  examples: [
    'sluice upload shift.csv --to machine-failure',
    'sluice upload *.csv --to machine-failure --out scored',
    'sluice upload shift.csv --to machine-failure --results parquet',
  ],
  async run(call) {
    const { operands, options } = call;
    const prefix = text(options, 'to');
    if (operands.length === 0) throw new UsageError('Say at least one FILE. See: sluice upload --help');
    if (prefix === undefined)
      throw new UsageError('Say with --to which model scores the files, for example: --to machine-failure');
    const seconds = Number(text(options, 'wait') ?? waitSecondsDefault);
    if (!(seconds > 0)) throw new UsageError(`--wait is a number of seconds, not ${text(options, 'wait')}.`);
    askedResults(options);
    checkFiles(operands);
    try {
      const service = await blobTarget(options);
      let isAllGood = true;
      const saveAs = savedNames(operands).map((name) => join(text(options, 'out') ?? '.', name));
      for (const [i, file] of operands.entries())
        isAllGood = (await uploadOne(call, service, { file, prefix, saveAs: saveAs[i]! }, seconds * 1000)) && isAllGood;
      return isAllGood ? exitCodes.done : exitCodes.no;
    } catch (error) {
      throw unreachable('Blob storage', error);
    }
  },
};

/** @throws {UsageError} when there is no such format */
function askedResults(options: OptionValues): ResultFormat | undefined {
  const asked = text(options, 'results');
  const format = asked === undefined ? undefined : resultFormatOf(asked);
  if (asked === undefined || format !== undefined) return format;
  throw new UsageError(`--results is one of ${resultFormats.join(', ')}, not ${asked}.`);
}

/** @throws {UsageError} when one is no file, or two would become the same blob */
function checkFiles(files: readonly string[]): void {
  const missing = files.find((file) => statSync(file, { throwIfNoEntry: false })?.isFile() !== true);
  if (missing !== undefined) throw new UsageError(`There is no file ${missing}.`);
  const names = files.map((file) => basename(file));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new UsageError(`Two files are named ${twice}: upload one of them to another folder.`);
}

/** A file on its way, and the beginning of the paths that its results are saved at. */
interface FileToUpload {
  readonly file: string;
  readonly prefix: string;
  readonly saveAs: string;
}

async function uploadOne(
  { options, terminal }: CommandCall,
  service: BlobServiceClient,
  { file, prefix, saveAs }: FileToUpload,
  waitMs: number,
): Promise<boolean> {
  const name = basename(file);
  const blob = `${prefix.replace(/\/$/, '')}/${name}`;
  const { size } = statSync(file);
  const uploadMs = performance.now();
  const uploaded = await uploadFile(service, file, blob, {
    results: askedResults(options),
    onProgress: (share) => terminal.progress(`${name} ${uploadLine(share, size, performance.now() - uploadMs)}`),
  });
  if (options['no-wait'] === true) {
    terminal.out(options.json === true ? JSON.stringify(uploaded) : `${name} uploaded as ${blob}`);
    return true;
  }
  terminal.progress(`${name} uploaded, being scored ...`);
  const startedMs = performance.now();
  const run = await waitForRun(service, uploaded, waitMs, (status) =>
    terminal.progress(`${name} ${progressLine(status, performance.now() - startedMs)}`),
  );
  const saved = await saveResults(service, run, saveAs);
  terminal.out(options.json === true ? JSON.stringify({ ...run, saved }) : describe(terminal, name, run, saved));
  return run.report.state === 'succeeded';
}

function describe(terminal: Terminal, name: string, { report }: FinishedRun, saved: readonly string[]): string {
  if (report.state !== 'succeeded') {
    const reasons = report.error === undefined ? (report.faults ?? []).map(describeFault) : [report.error.message];
    // What was wrong with the rows is there to be seen, where too many were.
    const lines = [...reasons, ...saved].map((line) => `  ${line}`);
    return [`${name}: ${paint(terminal, 'red', report.state)}`, ...lines].join('\n');
  }
  const { rows, scored, rejected, rowsPerSecond, model, version, byCode } = report;
  const codes = Object.entries(byCode).map(([code, count]) => `${code} ${count}`);
  return [
    `${name}: ${formatNumber(scored)} of ${formatNumber(rows)} rows scored by ${model} ${version}, ${formatNumber(rowsPerSecond)} rows/s`,
    ...(rejected > 0 ? [`  ${formatNumber(rejected)} rejected: ${codes.join(', ')}`] : []),
    ...saved.map((path) => `  ${path}`),
  ].join('\n');
}
