import { FileModelRepository } from '../../adapters/file-model-repository.ts';
import { sealFile } from '../../core/manifest/seal.ts';
import { closestTo } from '../../core/suggest.ts';
import type { ModelPackage } from '../../scoring/ports.ts';
import { type Command, jsonOption, text } from '../command.ts';
import { modelAndVersion, storeOptions, withModelStore } from '../model-target.ts';
import { formatNumber } from '../table.ts';
import { progressBar } from '../terminal.ts';
import { exitCodes, UsageError } from '../usage-error.ts';

export const publish: Command = {
  name: 'publish',
  summary: 'Puts a sealed version where running apps find it; it never changes there.',
  operands: 'NAME VERSION',
  options: {
    models: { type: 'string', value: 'FOLDER', help: 'Folder of the models (models).' },
    ...storeOptions,
    json: jsonOption,
  },
  examples: ['sluice publish machine-failure 2', 'sluice publish machine-failure 2 --connection myaccount'],
  async run({ operands, options, terminal }) {
    const { name, version } = modelAndVersion(operands, 'publish');
    const source = await sealedVersion(text(options, 'models') ?? 'models', name, version);
    const digest = source.seal?.digest;
    const names = [...(source.seal?.files.keys() ?? []), sealFile];
    const files = await Promise.all(names.map((file) => source.file(file)));
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const state = await withModelStore(options, (store) =>
      store.publish(source, (share) => terminal.progress(`${name} ${version} ${progressBar(share)} uploading`)),
    ).finally(() => terminal.endProgress());
    if (options.json === true)
      terminal.out(JSON.stringify({ name, version, digest, state, files: files.length, bytes }));
    else if (state === 'unchanged')
      terminal.out(`${name} ${version} is published already, with the same bytes: ${digest}`);
    else
      terminal.out(`${name} ${version} is published: ${digest}, ${files.length} files, ${formatNumber(bytes)} bytes`);
    return exitCodes.done;
  },
};

/** @throws {UsageError} with what there is; {ScoringError} `package.broken` */
async function sealedVersion(folder: string, name: string, version: number): Promise<ModelPackage> {
  const repository = new FileModelRepository(folder);
  const models = await repository.models();
  if (!models.includes(name)) {
    const hint = closestTo(name, models);
    const meant = hint === undefined ? `There: ${models.join(', ') || 'none'}.` : `Is "${hint}" meant?`;
    throw new UsageError(`There is no model "${name}" in ${folder}. ${meant}`);
  }
  const source = await repository.open(name, version).catch(async (error) => {
    if (error.code !== 'model.not_ready') throw error;
    const versions = (await repository.versions(name)).join(', ') || 'none';
    throw new UsageError(`There is no version ${version} of "${name}" in ${folder} (versions: ${versions}).`);
  });
  if (source.seal !== undefined) return source;
  throw new UsageError(`Version ${version} of "${name}" is not sealed. First: sluice build ${name}`);
}
