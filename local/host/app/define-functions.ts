import { readRetryPolicy } from '../invoke/retry-policy.ts';
import type { Log } from '../log.ts';
import { type AppSettings, settingOf } from '../settings/app-settings.ts';
import type { FunctionMetadata } from '../worker/worker-messages.ts';
import type { FunctionDefinition } from './function-definition.ts';
import { readTrigger } from './read-trigger.ts';

export interface DefinitionOptions {
  readonly settings: AppSettings;
  /** `functions` of host.json: when there, only these listen. */
  readonly allowList: readonly string[] | undefined;
  readonly log: Log;
}

/** Triggers whose invocations the Functions host repeats by itself. */
const retriedTriggers = new Set(['eventHubTrigger', 'timerTrigger']);

/**
 * Makes of what the app registered what the listeners need; functions that are switched off are left out.
 * @throws {Error} for a trigger or output that this host has not, a missing setting or a bad retry policy, naming the function
 */
export function defineFunctions(
  registered: readonly FunctionMetadata[],
  options: DefinitionOptions,
): FunctionDefinition[] {
  return registered
    .filter(({ name }) => !isSwitchedOff(name, options))
    .map((metadata) => defineFunction(metadata, options));
}

function defineFunction(metadata: FunctionMetadata, options: DefinitionOptions): FunctionDefinition {
  const { name, functionId } = metadata;
  const bindings = Object.entries(metadata.bindings);
  const triggers = bindings.filter(([, binding]) => /trigger$/i.test(String(binding.type)));
  const [trigger] = triggers;
  if (trigger === undefined || triggers.length > 1) {
    throw new Error(`Function ${name}: exactly one trigger is needed, but it has ${triggers.length}.`);
  }
  for (const [bindingName, binding] of bindings) {
    if (bindingName !== trigger[0]) refuseUnlessHttpReturn(name, bindingName, binding);
  }
  return {
    name,
    functionId,
    bindingName: trigger[0],
    trigger: readTrigger(name, trigger[1], options.settings),
    retry: readRetry(metadata, String(trigger[1].type), options.log),
  };
}

/** Everything but the answer of an HTTP function is left to the app itself: outputs by binding fail where no handler can see it. */
function refuseUnlessHttpReturn(name: string, bindingName: string, binding: Readonly<Record<string, unknown>>): void {
  if (bindingName === '$return' && String(binding.type).toLowerCase() === 'http') return;
  const direction = binding.direction === 'in' ? 'input' : 'output';
  throw new Error(
    `Function ${name}: the local host has no ${direction} binding "${binding.type}" (${bindingName}), ` +
      'only the http answer. Use the client library of that service in the handler.',
  );
}

function isSwitchedOff(name: string, { settings, allowList }: DefinitionOptions): boolean {
  if (allowList !== undefined && !allowList.some((allowed) => allowed.toLowerCase() === name.toLowerCase()))
    return true;
  return ['.', '__', ':'].some((separator) =>
    /^(true|1)$/i.test(settingOf(settings, `AzureWebJobs${separator}${name}${separator}Disabled`) ?? ''),
  );
}

function readRetry(metadata: FunctionMetadata, triggerType: string, log: Log) {
  if (metadata.retryOptions === undefined) return undefined;
  if (retriedTriggers.has(triggerType)) return readRetryPolicy(metadata.name, metadata.retryOptions);
  log(
    'warning',
    'Host.Startup',
    `Function ${metadata.name}: its retry policy has no effect, the Functions host has none for ${triggerType}.`,
  );
  return undefined;
}
