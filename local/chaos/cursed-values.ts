/** Values of the feature `torque` that make a run of any model end badly, in a worker that `cursed-worker.ts` prepared. */
export const cursedTorques = {
  /** The process aborts, as a fault in native code makes it. */
  abort: 66.612_512_5,
  /** The thread never comes back, as from a loop without end. */
  hang: 66.612_507_5,
} as const;
