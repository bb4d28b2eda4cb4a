import { forkPackage } from '../../adapters/fork-package.ts';
import { choosePackage, packageOptions } from '../chosen-package.ts';
import { type Command, jsonOption } from '../command.ts';
import { exitCodes } from '../usage-error.ts';

export const fork: Command = {
  name: 'fork',
  summary: 'Begins the next version of a model from a sealed one.',
  operands: '[NAME]',
  options: { ...packageOptions, json: jsonOption },
  examples: ['sluice fork machine-failure', 'sluice fork machine-failure --version 1'],
  async run({ operands, options, terminal }) {
    const source = choosePackage(options, operands[0]);
    const version = await forkPackage(source.modelsFolder, source.name, source.version);
    if (options.json) terminal.out(JSON.stringify({ name: source.name, version, from: source.version }));
    else terminal.out(`models/${source.name}/${version} is open, a copy of version ${source.version}.`);
    return exitCodes.done;
  },
};
