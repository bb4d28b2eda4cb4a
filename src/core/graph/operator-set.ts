/** Versions of ai.onnx that the pipeline's operators can be written in; the newest is the newest that ONNX Runtime has. */
export const oldestOpset = 9;
export const newestOpset = 26;

/**
 * From which version of ai.onnx on ONNX Runtime can do it, or the operator is written so. Measured by loading and
 * running each operator at each version; `test/core/graph` holds every method of DoubleGraph to it.
 */
const since = {
  doubleEqual: 11,
  doubleLessOrEqual: 12,
  doubleRound: 11,
  /** The remainder with the sign of the dividend. */
  remainder: 10,
  sliceByInputs: 10,
  padByInputs: 11,
  sumAxesByInput: 13,
} as const;

/** Whether an operator set has a way of writing something that older ones lack. */
export const has = (opset: number, way: keyof typeof since): boolean => opset >= since[way];
