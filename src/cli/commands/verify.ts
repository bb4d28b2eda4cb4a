import { FileModelRepository } from '../../adapters/file-model-repository.ts';
import { loadOnnxScorer } from '../../adapters/onnx-scorer.ts';
import { verifyPackage } from '../../scoring/packages/verify-package.ts';
import { choosePackage, packageOptions } from '../chosen-package.ts';
import { type Command, jsonOption } from '../command.ts';
import { paint } from '../terminal.ts';
import { exitCodes } from '../usage-error.ts';

export const verify: Command = {
  name: 'verify',
  summary: 'Checks a sealed version: its files, its golden rows, and that no score depends on its neighbours.',
  operands: '[NAME]',
  options: { ...packageOptions, json: jsonOption },
  examples: ['sluice verify machine-failure', 'sluice verify --json'],
  async run({ operands, options, terminal }) {
    const { folder, modelsFolder, name, version } = choosePackage(options, operands[0]);
    const repository = new FileModelRepository(modelsFolder);
    const checks = await verifyPackage(folder, () => repository.open(name, version), loadOnnxScorer);
    const isGood = checks.every((each) => each.isGood);
    if (options.json) terminal.out(JSON.stringify({ name, version, isGood, checks }));
    else {
      for (const { check, isGood: holds, found } of checks) {
        terminal.out(`${paint(terminal, holds ? 'green' : 'red', holds ? 'ok    ' : 'FAILED')}  ${check}: ${found}`);
      }
    }
    return isGood ? exitCodes.done : exitCodes.no;
  },
};
