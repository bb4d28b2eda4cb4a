import type { Protection } from '../protection.ts';

const content = 'src/core/events/event-content.ts';
const contentTest = 'test/core/events/event-content.test.ts';
const assign = 'src/scoring/assign-models.ts';
const modelsTest = 'test/scoring/event-models.test.ts';

/** What an event may say about itself, and how much may come out of it. */
export const envelope: readonly Protection[] = [
  {
    id: 'telemetry-alone',
    figures: ['D6'],
    protects: "IoT Hub's own messages are counted, not scored",
    file: assign,
    text: 'if (!isTelemetry(event)) {',
    without: 'if (!isTelemetry(event) && event.sequence < 0) {',
    guard: { file: 'test/scoring/score-events.test.ts', name: 'what is no telemetry is counted by its source' },
  },
  {
    id: 'names-where-allowed',
    figures: ['D6'],
    protects: 'An event chooses its model only where the route lets it',
    file: assign,
    text: 'rule.models.length === 0 ? rule.model : modelOfEvent(rule, event)',
    without: 'modelOfEvent(rule, event)',
    guard: { file: modelsTest, name: 'a name counts only where the route allows it' },
  },
  {
    id: 'allowed-models-alone',
    figures: ['D6'],
    protects: 'An event that asks for a model that it may not have is a dead letter',
    file: 'src/core/events/named-model.ts',
    text: "if (typeof named === 'string' && known.includes(named)) return named;",
    without: "if (typeof named === 'string') return named;",
    guard: { file: modelsTest, name: 'a model that is not allowed is a dead letter, the others are scored' },
  },
  {
    id: 'unpacked-bytes-bounded',
    figures: ['I12'],
    protects: 'A small body does not unpack to more than an event may hold',
    file: content,
    text: 'gunzipSync(body, { maxOutputLength: limits.eventBytesMax })',
    without: 'gunzipSync(body)',
    guard: { file: contentTest, name: 'what cannot be read > more than may come out' },
  },
  {
    id: 'unpackings-bounded',
    figures: ['I12'],
    protects: 'What is packed into itself again and again is not followed',
    file: content,
    text: '{ ...told, isGzip: false }, unpackingsLeft - 1)',
    without: '{ ...told, isGzip: false }, unpackingsLeft)',
    guard: {
      file: contentTest,
      name: 'what cannot be read > something packed into itself again and again is not followed',
    },
  },
  {
    id: 'records-of-an-event-bounded',
    figures: ['I6'],
    protects: 'One event does not hold up its partition with a list without end',
    file: content,
    text: 'items.length > 0 && items.length <= limits.eventRowsMax',
    without: 'items.length > 0',
    guard: { file: contentTest, name: 'what cannot be read > too many records' },
  },
];
