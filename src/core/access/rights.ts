/** What a caller may do. `admin` includes the others. */
export const rights = ['score', 'metadata', 'admin'] as const;
export type Right = (typeof rights)[number];

/** Somebody who calls, as far as it matters: what for, and with which models. */
export interface Caller {
  readonly rights: readonly Right[];
  /** Names of the models that are meant; all of them when absent. */
  readonly models?: readonly string[] | undefined;
}

/** Who calls without a key where that is allowed: everything but administration. */
export const anyone: Caller = { rights: ['score', 'metadata'] };

/** Whether a caller has a right at all. */
export const hasRight = (caller: Caller, right: Right): boolean =>
  caller.rights.includes(right) || caller.rights.includes('admin');

/** Whether a caller may work with a model of this name, be there one or not. */
export const mayUse = ({ models }: Caller, model: string): boolean => models === undefined || models.includes(model);
