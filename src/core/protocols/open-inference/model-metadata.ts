import type { FeatureType } from '../../manifest/features.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import type { TensorInfo, TensorType } from '../../tensor.ts';
import { datatypeOf } from './datatypes.ts';
import { scoreInfos } from './score-tensors.ts';

/** What a client should send for a feature; other types that lose nothing are taken too. */
const typeOfFeature: Readonly<Record<FeatureType, TensorType>> = {
  number: 'float64',
  integer: 'int64',
  boolean: 'bool',
  category: 'string',
  text: 'string',
  timestamp: 'string',
};

/** What `GET /v2/models/{name}` answers; the tensors are those of a model of tensors, absent for a model of rows. */
export function modelMetadata(
  manifest: Manifest,
  tensors: { readonly inputs: readonly TensorInfo[]; readonly outputs: readonly TensorInfo[] } | undefined,
): object {
  const inputs =
    tensors?.inputs ??
    manifest.features.map(({ name, type }): TensorInfo => ({ name, type: typeOfFeature[type], shape: [-1] }));
  const outputs = tensors?.outputs ?? scoreInfos(manifest);
  return {
    name: manifest.name,
    versions: [String(manifest.version)],
    platform: 'onnx_onnxv1',
    inputs: inputs.map(describe),
    outputs: outputs.map(describe),
  };
}

const describe = ({ name, type, shape }: TensorInfo) => ({
  name,
  datatype: datatypeOf(type),
  shape: shape.map((dim) => (typeof dim === 'number' ? dim : -1)),
});

/** What `GET /v2` answers. */
export const serverMetadata = (version: string): object => ({
  name: 'sluice',
  version,
  extensions: ['binary_tensor_data', 'classification', 'model_repository', 'parameters'],
});
