import type { RetryPolicy } from '../invoke/retry-policy.ts';

/** How an input's bytes reach the handler; `undefined` is not the same as `string` for a batch of events. */
export type DataType = 'undefined' | 'string' | 'binary';

export interface HttpTrigger {
  readonly type: 'httpTrigger';
  readonly methods: readonly string[];
  /** Without the prefix of host.json. */
  readonly route: string;
}

export interface EventHubTrigger {
  readonly type: 'eventHubTrigger';
  readonly eventHubName: string;
  readonly consumerGroup: string;
  readonly connectionSetting: string;
  readonly connectionString: string;
  readonly cardinality: 'one' | 'many';
  readonly dataType: DataType;
}

export interface QueueTrigger {
  readonly type: 'queueTrigger';
  readonly queueName: string;
  readonly connectionSetting: string;
  readonly connectionString: string;
  readonly dataType: DataType;
}

export interface TimerTrigger {
  readonly type: 'timerTrigger';
  /** NCRONTAB or TimeSpan. */
  readonly schedule: string;
  readonly runOnStartup: boolean;
  readonly useMonitor: boolean;
}

export type Trigger = HttpTrigger | EventHubTrigger | QueueTrigger | TimerTrigger;

/** One function of the app that is switched on, checked and with its settings put in. */
export interface FunctionDefinition<SomeTrigger extends Trigger = Trigger> {
  readonly name: string;
  readonly functionId: string;
  /** Name of the trigger's binding: the input goes to the worker under it. */
  readonly bindingName: string;
  readonly trigger: SomeTrigger;
  readonly retry: RetryPolicy | undefined;
}

/** Those functions that have a trigger of one type. */
export function functionsOfType<Type extends Trigger['type']>(
  functions: readonly FunctionDefinition[],
  type: Type,
): FunctionDefinition<Extract<Trigger, { type: Type }>>[] {
  return functions.filter((definition) => definition.trigger.type === type) as FunctionDefinition<
    Extract<Trigger, { type: Type }>
  >[];
}
