import { limits } from '../../core/limits.ts';
import { numberSetting, type Settings } from '../../core/number-setting.ts';
import { callSettings } from '../../core/resources.ts';

/** What a call may cost; the app's settings may say otherwise than `usualCallLimits`. */
export interface CallLimits {
  /** Body of a call for a model of rows, and for a model of tensors; decompressed. */
  readonly rowBytesMax: number;
  readonly tensorBytesMax: number;
  readonly rowsMax: number;
  /** How long a call may take, what it waits for included, and how long its body may take to come in. */
  readonly callMs: number;
  readonly bodyMs: number;
  /** Calls that are worked on at once, and that wait for it. */
  readonly callsMax: number;
  readonly callsWaitingMax: number;
  /** Bodies of all of them together. */
  readonly callsBytesMax: number;
}

export const usualCallLimits: CallLimits = {
  rowBytesMax: limits.requestBytesMax,
  tensorBytesMax: limits.tensorRequestBytesMax,
  rowsMax: limits.requestRowsMax,
  callMs: limits.requestMsMax,
  bodyMs: limits.requestBodyMsMax,
  callsMax: limits.callsMax,
  callsWaitingMax: limits.callsWaitingMax,
  callsBytesMax: limits.callsBytesMax,
};

/** The setting of each limit, and what it counts in. */
const settingOf: Readonly<Record<keyof CallLimits, readonly [name: string, unit: number]>> = {
  rowBytesMax: [callSettings.rowsMegabytes, 1 << 20],
  tensorBytesMax: [callSettings.tensorsMegabytes, 1 << 20],
  rowsMax: [callSettings.rows, 1],
  callMs: [callSettings.seconds, 1_000],
  bodyMs: [callSettings.bodySeconds, 1_000],
  callsMax: [callSettings.calls, 1],
  callsWaitingMax: [callSettings.callsWaiting, 1],
  callsBytesMax: [callSettings.callsMegabytes, 1 << 20],
};

/** What calls may cost by the app's settings; where one is absent or wrong, as usual. */
export function callLimitsOf(settings: Settings): CallLimits {
  const set: Partial<Record<keyof CallLimits, number>> = {};
  for (const [limit, [name, unit]] of Object.entries(settingOf)) {
    const value = numberSetting(settings, name);
    if (value !== undefined) set[limit as keyof CallLimits] = Math.ceil(value * unit);
  }
  return { ...usualCallLimits, ...set };
}
