import { loadOnnxBytes } from '../../adapters/onnx-scorer.ts';
import { addGolden, type Examples } from '../../scoring/packages/add-golden.ts';
import { inputsAndOutputs, readManifest } from '../../scoring/packages/read-package.ts';
import { choosePackage, modelOption, packageOptions } from '../chosen-package.ts';
import { type Command, jsonOption, text } from '../command.ts';
import { recordsOf, tensorsOf } from '../examples.ts';
import { exitCodes, UsageError } from '../usage-error.ts';

export const golden: Command = {
  name: 'golden',
  summary: 'Adds golden rows to an open version: examples that it must answer wherever it runs.',
  operands: 'add EXAMPLES',
  options: {
    expected: {
      type: 'string',
      short: 'e',
      value: 'FILE',
      help: 'Scores by another hand, row by row: fields of the score, for example from the training.',
    },
    about: { type: 'string', value: 'TEXT', help: 'Where the examples come from.' },
    limit: { type: 'string', value: 'N', help: 'Take the first N rows (100).' },
    model: modelOption,
    ...packageOptions,
    json: jsonOption,
  },
  examples: [
    'sluice golden add rows.csv --expected scores.json --about "held-out data of May"',
    'sluice golden add test_data_set_0   (tensors: input_0.pb, output_0.pb)',
  ],
  async run({ operands: [verb, source, ...others], options, terminal }) {
    if (verb !== 'add' || source === undefined || others.length > 0) {
      throw new UsageError('Say: sluice golden add EXAMPLES. See: sluice golden --help');
    }
    const { folder } = choosePackage(options, text(options, 'model'));
    const manifest = await readManifest(folder);
    let examples: Examples;
    if (manifest.features.length === 0) {
      const { inputs, outputs } = await inputsAndOutputs(folder, manifest);
      examples = tensorsOf(source, inputs, outputs);
    } else {
      const limit = Number(text(options, 'limit') ?? 100);
      if (!(limit >= 1)) throw new UsageError(`--limit is a number of rows, not ${text(options, 'limit')}.`);
      const rows = (await recordsOf(source)).slice(0, limit);
      const expected = text(options, 'expected');
      examples = expected === undefined ? { rows } : { rows, expected: (await recordsOf(expected)).slice(0, limit) };
    }
    const cases = await addGolden(folder, examples, text(options, 'about'), loadOnnxBytes);
    if (options.json) terminal.out(JSON.stringify({ cases }));
    else terminal.out(`${folder.label}/golden.json holds ${cases} ${cases === 1 ? 'case' : 'cases'} now.`);
    return exitCodes.done;
  },
};
