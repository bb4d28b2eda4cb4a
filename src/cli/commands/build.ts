import { loadOnnxScorer } from '../../adapters/onnx-scorer.ts';
import { buildPackage } from '../../scoring/packages/build-package.ts';
import { builtBy, choosePackage, packageOptions } from '../chosen-package.ts';
import { type Command, jsonOption } from '../command.ts';
import { formatNumber } from '../table.ts';
import { exitCodes } from '../usage-error.ts';

export const build: Command = {
  name: 'build',
  summary: 'Compiles the preprocessing into the model, proves it and seals the version.',
  operands: '[NAME]',
  options: { ...packageOptions, json: jsonOption },
  examples: ['sluice build machine-failure', 'sluice build models/machine-failure/2'],
  async run({ operands, options, terminal }) {
    const { folder, name, version } = choosePackage(options, operands[0]);
    const started = performance.now();
    terminal.progress(`Building ${folder.label} ...`);
    const report = await buildPackage(folder, loadOnnxScorer, builtBy);
    const { digest, graphBytes, operators, goldenRows } = report;
    const ms = Math.round(performance.now() - started);
    if (options.json) {
      terminal.out(JSON.stringify({ name, version, digest, graphBytes, operators, goldenRows, ms }));
      return exitCodes.done;
    }
    terminal.out(
      `${folder.label} is sealed: ${digest}\n` +
        `scoring.onnx: ${formatNumber(graphBytes)} bytes, ${formatNumber(operators)} operators, built in ${ms} ms`,
    );
    terminal.note(
      goldenRows === 0
        ? 'It has no golden rows, so nothing proves that it answers as at home: sluice golden add (on a fork).'
        : `Its golden rows (${formatNumber(goldenRows)}) are answered as they must.`,
    );
    return exitCodes.done;
  },
};
