import type { Fault } from '../../fault.ts';

/** A part of a model that cannot be run safely or at all. @param path JSON Pointer to it, as its ONNX fields are named */
export const unsupported = (path: string, expected: string, got: string): Fault => ({
  code: 'model.unsupported',
  path,
  expected,
  got,
});

/** A file with more faults than this is not worth a longer list. */
export const faultsMax = 50;
