import { explainPositions, mermaidOf } from '../../core/pipeline/explain.ts';
import { compilePackage } from '../../scoring/packages/build-package.ts';
import { readManifest } from '../../scoring/packages/read-package.ts';
import { choosePackage, packageOptions } from '../chosen-package.ts';
import { type Command, jsonOption } from '../command.ts';
import { formatTable } from '../table.ts';
import { exitCodes } from '../usage-error.ts';

export const explain: Command = {
  name: 'explain',
  summary: 'Shows the way of each feature through the steps to its position in the model.',
  operands: '[NAME]',
  options: {
    ...packageOptions,
    mermaid: { type: 'boolean', help: 'Print a Mermaid flow chart instead, for Markdown and editors.' },
    json: jsonOption,
  },
  examples: ['sluice explain machine-failure', 'sluice explain --mermaid > pipeline.mmd'],
  async run({ operands, options, terminal }) {
    const { folder } = choosePackage(options, operands[0]);
    const manifest = await readManifest(folder);
    const graph = await compilePackage(folder, manifest);
    const positions = explainPositions(manifest, graph);
    if (options.mermaid) terminal.out(mermaidOf(manifest, graph));
    else if (options.json) terminal.out(JSON.stringify(positions));
    else if (positions.length === 0) terminal.out(`${manifest.name} takes tensors as they are: it has no features.`);
    else {
      terminal.out(
        formatTable(
          ['features', 'steps', 'column', 'input', 'position'],
          positions.map(({ features, steps, column, input, position }) => [
            features.join(', '),
            steps.join(' > ') || '-',
            column,
            input,
            position,
          ]),
        ),
      );
    }
    return exitCodes.done;
  },
};
