import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { givenFiles, withScratchFile } from '../../adapters/given-files.ts';
import { modelProbe } from '../../adapters/model-probe.ts';
import { loadOnnxBytes } from '../../adapters/onnx-scorer.ts';
import { openPackageFolder } from '../../adapters/open-package-folder.ts';
import { ScoringError } from '../../core/fault.ts';
import { modelNameOf } from '../../core/import/model-name.ts';
import { type ImportReport, importModel } from '../../scoring/import/import-model.ts';
import { addGolden } from '../../scoring/packages/add-golden.ts';
import type { PackageFolder } from '../../scoring/packages/package-folder.ts';
import { type Command, jsonOption, type OptionValues, text } from '../command.ts';
import { type GoldenNews, importJson, importText } from '../import-report.ts';
import { exitCodes, UsageError } from '../usage-error.ts';

/** A loop without end is refused well within 5 s, also where the processor is busy. */
const timeoutDefaultS = 3;
const probeChild = new URL('../../adapters/model-probe-child.ts', import.meta.url);

export const importCommand: Command = {
  name: 'import',
  summary: 'Begins a package from an ONNX file or an MLflow folder: repairs, tries, guesses a manifest.',
  operands: 'MODEL',
  options: {
    name: { type: 'string', short: 'n', value: 'NAME', help: 'Name of the model (after its file or folder).' },
    version: { type: 'string', short: 'v', value: 'N', help: 'Version of the model (the next one).' },
    models: { type: 'string', value: 'FOLDER', help: 'Folder of the models (models).' },
    sample: {
      type: 'string',
      short: 's',
      value: 'FILE',
      help: 'A CSV file with rows such as the model will get: names, types and dialect are guessed from it.',
    },
    timeout: {
      type: 'string',
      value: 'SECONDS',
      help: `How long the model may take when it is tried (${timeoutDefaultS}).`,
    },
    json: jsonOption,
  },
  examples: [
    'sluice import titanic/model.onnx --sample titanic.csv',
    'sluice import mlruns/0/4f3a/artifacts/model --name churn',
  ],
  async run({ operands: [path, ...others], options, terminal }) {
    if (path === undefined || others.length > 0) throw new UsageError('Say which MODEL. See: sluice import --help');
    const target = targetOf(path, options);
    terminal.progress(`Trying ${path} ...`);
    const report = await importModel(
      { files: givenFiles, probe: modelProbe(probeChild), withScratchFile },
      { path, ...target, samplePath: text(options, 'sample'), timeoutMs: 1_000 * secondsOf(options) },
      target.folder,
    );
    const golden = await addExamples(target.folder, report);
    const { label } = target.folder;
    if (options.json) terminal.out(JSON.stringify({ folder: label, golden, ...importJson(report) }));
    else terminal.out(importText(path, label, report, golden));
    return exitCodes.done;
  },
};

function secondsOf(options: OptionValues): number {
  const seconds = Number(text(options, 'timeout') ?? timeoutDefaultS);
  if (seconds > 0 && seconds <= 3_600) return seconds;
  throw new UsageError(`--timeout is a number of seconds up to 3600, not ${text(options, 'timeout')}.`);
}

/** The version that is begun. */
function targetOf(path: string, options: OptionValues) {
  const name = text(options, 'name') ?? modelNameOf(resolve(path));
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(name)) {
    throw new UsageError(`"${name}" is no name of a model: lower-case letters, digits and hyphens, at most 63.`);
  }
  const models = text(options, 'models') ?? 'models';
  const taken = versionsIn(join(models, name));
  const version = Number(text(options, 'version') ?? Math.max(0, ...taken) + 1);
  if (!Number.isInteger(version) || version < 1) {
    throw new UsageError(`--version is a whole number from 1 on, not ${text(options, 'version')}.`);
  }
  if (taken.includes(version)) throw new UsageError(`${join(models, name, String(version))} is there already.`);
  const schema = existsSync(join(models, '..', 'schemas', 'manifest.schema.json'))
    ? '../../../schemas/manifest.schema.json'
    : undefined;
  return { name, version, schema, folder: openPackageFolder(models, name, version) };
}

const versionsIn = (folder: string): number[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((each) => /^[1-9]\d{0,8}$/.test(each))
        .map(Number)
    : [];

/** Takes the input example as golden rows. */
async function addExamples(folder: PackageFolder, { exampleRows }: ImportReport): Promise<GoldenNews> {
  if (exampleRows.length === 0) return 0;
  try {
    await addGolden(folder, { rows: exampleRows }, 'input example of MLflow', loadOnnxBytes);
    return exampleRows.length;
  } catch (error) {
    if (error instanceof ScoringError) return error.message;
    throw error;
  }
}
