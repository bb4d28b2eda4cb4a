import { rollBack } from '../../scoring/models/move-alias.ts';
import { moveOf, moveOptions, printMove } from '../alias-move.ts';
import type { Command } from '../command.ts';
import { withModelStore } from '../model-target.ts';
import { exitCodes, UsageError } from '../usage-error.ts';

export const rollback: Command = {
  name: 'rollback',
  summary: 'Lets an alias stand for the version before; again, for the one before that.',
  operands: 'NAME',
  options: moveOptions,
  examples: ['sluice rollback machine-failure --why "alarms at every tool change"'],
  async run(call) {
    const [name, ...others] = call.operands;
    if (name === undefined || others.length > 0)
      throw new UsageError('Say the NAME of one model. See: sluice rollback --help');
    const { alias, reason } = moveOf(call.options);
    const moved = await withModelStore(call.options, (store) => rollBack(store, name, alias, reason));
    printMove(call, name, alias, moved);
    return exitCodes.done;
  },
};
