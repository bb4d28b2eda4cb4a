import type { AppSettings } from '../settings/app-settings.ts';
import { connectionStringOf, resolveNames } from '../settings/binding-settings.ts';
import type { DataType, Trigger } from './function-definition.ts';

type Binding = Readonly<Record<string, unknown>>;

/** Reads properties of one binding, with %NAME% replaced and errors that name function and property. */
class BindingReader {
  readonly #functionName: string;
  readonly #binding: Binding;
  readonly #settings: AppSettings;

  constructor(functionName: string, binding: Binding, settings: AppSettings) {
    this.#functionName = functionName;
    this.#binding = binding;
    this.#settings = settings;
  }

  text(property: string, fallback?: string): string {
    const value = this.#binding[property] ?? fallback;
    if (typeof value !== 'string' || (value === '' && fallback === undefined)) {
      throw this.#fault(property, 'a text', value);
    }
    return resolveNames(value, this.#settings, this.#functionName, property);
  }

  flag(property: string, fallback: boolean): boolean {
    const value = this.#binding[property] ?? fallback;
    if (typeof value !== 'boolean') throw this.#fault(property, 'true or false', value);
    return value;
  }

  word<const Word extends string>(property: string, words: readonly Word[], fallback: Word): Word {
    const value = this.text(property, fallback).toLowerCase();
    const found = words.find((word) => word === value);
    if (found === undefined) throw this.#fault(property, words.join(' | '), value);
    return found;
  }

  words(property: string): string[] {
    const value = this.#binding[property];
    if (Array.isArray(value) && value.every((word) => typeof word === 'string')) return value;
    throw this.#fault(property, 'a list of texts', value);
  }

  connection(fallback?: string): { connectionSetting: string; connectionString: string } {
    const connectionSetting = this.text('connection', fallback);
    const connectionString = connectionStringOf(connectionSetting, this.#settings, this.#functionName);
    return { connectionSetting, connectionString };
  }

  /** `stream` is treated as bytes, as the Functions host does for these triggers. */
  dataType(): DataType {
    const dataType = this.word('dataType', ['undefined', 'string', 'binary', 'stream'], 'undefined');
    return dataType === 'stream' ? 'binary' : dataType;
  }

  #fault(property: string, expected: string, got: unknown): Error {
    return new Error(
      `Function ${this.#functionName}: ${property} must be ${expected}, but it is ${JSON.stringify(got)}.`,
    );
  }
}

/**
 * Reads the trigger of a function.
 * @throws {Error} for one that this host has not, or whose properties are missing
 */
export function readTrigger(functionName: string, binding: Binding, settings: AppSettings): Trigger {
  const reader = new BindingReader(functionName, binding, settings);
  switch (binding.type) {
    case 'httpTrigger':
      return {
        type: 'httpTrigger',
        methods: reader.words('methods').map((method) => method.toUpperCase()),
        route: reader.text('route', functionName),
      };
    case 'eventHubTrigger':
      return {
        type: 'eventHubTrigger',
        eventHubName: reader.text('eventHubName'),
        consumerGroup: reader.text('consumerGroup', '$Default'),
        ...reader.connection(),
        cardinality: reader.word('cardinality', ['one', 'many'], 'one'),
        dataType: reader.dataType(),
      };
    case 'queueTrigger':
      return {
        type: 'queueTrigger',
        queueName: reader.text('queueName'),
        ...reader.connection('AzureWebJobsStorage'),
        dataType: reader.dataType(),
      };
    case 'timerTrigger':
      return {
        type: 'timerTrigger',
        schedule: reader.text('schedule'),
        runOnStartup: reader.flag('runOnStartup', false),
        useMonitor: reader.flag('useMonitor', true),
      };
    default:
      throw new Error(
        `Function ${functionName}: the local host has no trigger "${binding.type}". ` +
          'It has httpTrigger, eventHubTrigger, queueTrigger and timerTrigger.',
      );
  }
}
