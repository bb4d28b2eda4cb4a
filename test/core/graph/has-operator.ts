import { TensorProto_DataType } from 'onnx-buf';
import { InferenceSession } from 'onnxruntime-node';
import { node, valueInfo } from '../../../src/core/graph/nodes.ts';
import { writeOnnx } from '../../../src/core/graph/onnx-file.ts';
import { modelOf } from './run-model.ts';

/** Versions of each domain in which an operator is looked for: each lives from one version on, some until another. */
export const triedVersions: Readonly<Record<string, readonly number[]>> = {
  'ai.onnx': [7, 9, 11, 13, 15, 17, 19, 21, 23, 26],
  'ai.onnx.ml': [1, 3, 5],
  'com.microsoft': [1],
};

const { FLOAT } = TensorProto_DataType;

/** Whether ONNX Runtime knows an operator in any version; what it says of wrong inputs tells that it does. */
export async function hasOperator(domain: string, opType: string): Promise<boolean> {
  // The runtime reads constants before it looks at their domain.
  if (opType === 'Constant') return domain === 'ai.onnx';
  for (const version of triedVersions[domain]!) {
    const model = modelOf(
      {
        node: [node(opType, ['x'], ['y'], {}, domain === 'ai.onnx' ? '' : domain)],
        input: [valueInfo('x', FLOAT, ['N', 1])],
        output: [valueInfo('y', FLOAT)],
      },
      domain === 'ai.onnx' ? { '': version } : { '': 17, [domain]: version },
    );
    try {
      await (await InferenceSession.create(writeOnnx(model), { logSeverityLevel: 4 })).release();
      return true;
    } catch (error) {
      const message = (error as Error).message;
      if (!/No Op registered for|is not a registered function\/op|Op registered for \w+ is deprecated/.test(message))
        return true;
    }
  }
  return false;
}
