import type { InvocationContext } from '@azure/functions';
import type { Log } from '../scoring/ports.ts';

/** The log of one invocation: a word that says what happened, then what there is to know as JSON. */
export function logOf(context: InvocationContext): Log {
  const line = (message: string, fields?: object) =>
    fields === undefined ? message : `${message} ${JSON.stringify(fields)}`;
  return {
    information: (message, fields) => context.log(line(message, fields)),
    warning: (message, fields) => context.warn(line(message, fields)),
    error: (message, fields) => context.error(line(message, fields)),
  };
}
