/** The command was typed wrongly: what to type instead. Ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A service is out of reach: which, where, and what to do. Ends with exit code 3. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

/** Exit codes of all commands. */
export const exitCodes = { done: 0, no: 1, usage: 2, unreachable: 3 } as const;
