import type { Command } from './command.ts';

/**
 * Every command by its name, in the order of the help. Each is loaded when it is called: reading graphs or talking to
 * Azure takes libraries that the others need not wait for.
 */
export const commandTable: Readonly<Record<string, () => Promise<Command>>> = {
  import: async () => (await import('./commands/import.ts')).importCommand,
  fit: async () => (await import('./commands/fit.ts')).fit,
  build: async () => (await import('./commands/build.ts')).build,
  verify: async () => (await import('./commands/verify.ts')).verify,
  explain: async () => (await import('./commands/explain.ts')).explain,
  golden: async () => (await import('./commands/golden.ts')).golden,
  fork: async () => (await import('./commands/fork.ts')).fork,
  publish: async () => (await import('./commands/publish.ts')).publish,
  promote: async () => (await import('./commands/promote.ts')).promote,
  rollback: async () => (await import('./commands/rollback.ts')).rollback,
  models: async () => (await import('./commands/models.ts')).models,
  send: async () => (await import('./commands/send.ts')).send,
  upload: async () => (await import('./commands/upload.ts')).upload,
  runs: async () => (await import('./commands/runs.ts')).runs,
  call: async () => (await import('./commands/call.ts')).call,
  results: async () => (await import('./commands/results.ts')).results,
  'dead-letters': async () => (await import('./commands/dead-letters.ts')).deadLetters,
  parked: async () => (await import('./commands/parked.ts')).parked,
  erase: async () => (await import('./commands/erase.ts')).erase,
  keys: async () => (await import('./commands/keys.ts')).keys,
  chaos: async () => (await import('./commands/chaos.ts')).chaos,
  size: async () => (await import('./commands/size.ts')).size,
  deploy: async () => (await import('./commands/deploy.ts')).deploy,
  prove: async () => (await import('./commands/prove.ts')).prove,
  releases: async () => (await import('./commands/releases.ts')).releases,
  reconcile: async () => (await import('./commands/reconcile.ts')).reconcileCommand,
};
