import { limits } from '../../core/limits.ts';

/** What a call may cost; the app's settings may say otherwise than `usualCallLimits`. */
export interface CallLimits {
  /** Body of a call for a model of rows, and for a model of tensors; decompressed. */
  readonly rowBytesMax: number;
  readonly tensorBytesMax: number;
  /** How long a call may take, what it waits for included. */
  readonly callMs: number;
  /** Calls that are worked on at once, and that wait for it. */
  readonly callsMax: number;
  readonly callsWaitingMax: number;
  /** Bodies of all of them together. */
  readonly callsBytesMax: number;
}

export const usualCallLimits: CallLimits = {
  rowBytesMax: limits.requestBytesMax,
  tensorBytesMax: limits.tensorRequestBytesMax,
  callMs: limits.requestMsMax,
  callsMax: limits.callsMax,
  callsWaitingMax: limits.callsWaitingMax,
  callsBytesMax: limits.callsBytesMax,
};
