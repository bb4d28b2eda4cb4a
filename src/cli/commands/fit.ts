import { existsSync } from 'node:fs';
import { openDataFile } from '../../adapters/data-file.ts';
import { loadOnnxBytes } from '../../adapters/onnx-scorer.ts';
import { fitPackage } from '../../scoring/packages/fit-package.ts';
import { readManifest } from '../../scoring/packages/read-package.ts';
import { choosePackage, modelOption, packageOptions } from '../chosen-package.ts';
import { type Command, jsonOption } from '../command.ts';
import { formatNumber, formatTable } from '../table.ts';
import { exitCodes, UsageError } from '../usage-error.ts';

export const fit: Command = {
  name: 'fit',
  summary: 'Learns from data what the steps of a manifest need, and writes fitted.json.',
  operands: 'DATA.csv',
  options: { model: modelOption, ...packageOptions, json: jsonOption },
  examples: ['sluice fit readings.csv', 'sluice fit readings.ndjson --model machine-failure --version 2'],
  async run({ operands: [file, ...others], options, terminal }) {
    if (file === undefined || others.length > 0) throw new UsageError('Say one DATA file. See: sluice fit --help');
    if (!existsSync(file)) throw new UsageError(`There is no file ${file}.`);
    const { folder } = choosePackage(options, typeof options.model === 'string' ? options.model : undefined);
    const manifest = await readManifest(folder);
    const data = openDataFile(file, manifest.csv);
    const fitted = await fitPackage(folder, data, loadOnnxBytes, ({ pass, rows, steps }) =>
      terminal.progress(`Pass ${pass} (${[...new Set(steps)].join(', ')}): ${formatNumber(rows)} rows`),
    );
    if (options.json) {
      terminal.out(JSON.stringify(fitted));
      return exitCodes.done;
    }
    const { rows, refused } = fitted.data;
    const rowsLine = `${formatNumber(rows)} rows${refused > 0 ? ` (${formatNumber(refused)} more do not fit the manifest)` : ''}`;
    terminal.out(`${folder.label}/fitted.json holds what was learned from ${rowsLine}:`);
    terminal.out(
      formatTable(
        ['step', 'features', 'learned'],
        manifest.steps.map(({ step, features }, i) => [
          step,
          features.join(', '),
          Object.keys((fitted.steps[i]?.values as object | undefined) ?? {}).join(', ') || '-',
        ]),
      ),
    );
    return exitCodes.done;
  },
};
