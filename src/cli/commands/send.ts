import { eventHubs } from '../../core/resources.ts';
import { type Command, jsonOption, text } from '../command.ts';
import { sendEvents } from '../event-sender.ts';
import { bytesOf, eventsOf } from '../event-source.ts';
import { connectionOption, hubTarget, unreachable } from '../targets.ts';
import { exitCodes, UsageError } from '../usage-error.ts';

export const send: Command = {
  name: 'send',
  summary: 'Sends events to an event hub: lines of NDJSON as they are, rows of CSV as JSON.',
  operands: 'FILE|-',
  options: {
    hub: { type: 'string', value: 'NAME', help: `The event hub (${eventHubs.telemetry.name}).` },
    key: { type: 'string', value: 'FIELD', help: 'Field whose value keeps events in order (machineId).' },
    format: { type: 'string', value: 'F', help: 'csv or ndjson; by the name of the file when absent.' },
    rate: { type: 'string', value: 'N', help: 'Events a second at most.' },
    connection: connectionOption,
    json: jsonOption,
  },
  examples: [
    'sluice send readings.ndjson',
    'sluice send shift.csv --rate 100',
    'cat events.ndjson | sluice send - --key deviceId',
  ],
  async run({ operands, options, terminal }) {
    const [file, ...others] = operands;
    if (file === undefined || others.length > 0)
      throw new UsageError('Say one FILE, or - for standard input. See: sluice send --help');
    const format = text(options, 'format') ?? (/\.csv$/i.test(file) ? 'csv' : 'ndjson');
    if (format !== 'csv' && format !== 'ndjson') throw new UsageError(`--format is csv or ndjson, not ${format}.`);
    const rate = text(options, 'rate');
    if (rate !== undefined && !(Number(rate) > 0))
      throw new UsageError(`--rate is a number of events a second, not ${rate}.`);
    const hub = text(options, 'hub') ?? eventHubs.telemetry.name;
    const producer = await hubTarget(options, hub);
    const started = performance.now();
    try {
      const events = eventsOf(bytesOf(file), format, text(options, 'key') ?? 'machineId');
      const sent = await sendEvents(producer, events, {
        ...(rate === undefined ? {} : { eventsPerSecond: Number(rate) }),
        onProgress: (count) => terminal.progress(`${count} events sent`),
      });
      const seconds = (performance.now() - started) / 1000;
      if (options.json === true) terminal.out(JSON.stringify({ hub, sent, seconds }));
      else terminal.out(`${sent} events sent to ${hub} in ${seconds.toFixed(1)} s`);
      return exitCodes.done;
    } catch (error) {
      throw unreachable(`Event hub ${hub}`, error);
    } finally {
      terminal.endProgress();
      await producer.close().catch(() => {});
    }
  },
};
