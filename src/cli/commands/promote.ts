import { promote as promoteVersion } from '../../scoring/models/move-alias.ts';
import { moveOf, moveOptions, printMove } from '../alias-move.ts';
import type { Command } from '../command.ts';
import { modelAndVersion, withModelStore } from '../model-target.ts';
import { exitCodes } from '../usage-error.ts';

export const promote: Command = {
  name: 'promote',
  summary: 'Lets an alias stand for a published version: what is live is then that one.',
  operands: 'NAME VERSION',
  options: moveOptions,
  examples: [
    'sluice promote machine-failure 2 --why "fewer false alarms on the night shift"',
    'sluice promote machine-failure 3 --alias canary',
  ],
  async run(call) {
    const { name, version } = modelAndVersion(call.operands, 'promote');
    const { alias, reason } = moveOf(call.options);
    const moved = await withModelStore(call.options, (store) => promoteVersion(store, name, version, alias, reason));
    printMove(call, name, alias, moved);
    return exitCodes.done;
  },
};
