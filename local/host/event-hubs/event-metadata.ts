import type { ReceivedEventData } from '@azure/event-hubs';
import { dotNetMap, dotNetTime } from '../invoke/dot-net-json.ts';
import { type TypedData, textCollection } from '../worker/typed-data.ts';

export interface PartitionDetails {
  readonly fullyQualifiedNamespace: string;
  readonly eventHubName: string;
  readonly consumerGroup: string;
  readonly partitionId: string;
  readonly isCheckpointingAfterInvocation: boolean;
}

type Metadata = Record<string, TypedData>;

/** AMQP's message properties under the names that .NET's system properties have. */
const propertyNames = {
  messageId: 'message-id',
  userId: 'user-id',
  to: 'to',
  subject: 'subject',
  replyTo: 'reply-to',
  correlationId: 'correlation-id',
  contentType: 'content-type',
  contentEncoding: 'content-encoding',
  absoluteExpiryTime: 'absolute-expiry-time',
  creationTime: 'creation-time',
  groupId: 'group-id',
  groupSequence: 'group-sequence',
  replyToGroupId: 'reply-to-group-id',
} as const;

const json = (value: unknown): TypedData => ({ json: JSON.stringify(value) });

/**
 * Metadata of a batch, one list for each kind. `PartitionKeyArray` and `OffsetArray` are lists of texts, with the trap that
 * belongs to those: events without a partition key are missing in it.
 */
export function toBatchMetadata(
  events: readonly ReceivedEventData[],
  partition: PartitionDetails,
  includeEmpty: boolean,
): Metadata {
  return {
    ...partitionMetadata(partition),
    PartitionKeyArray: textCollection(events.map(partitionKeyOf), includeEmpty),
    OffsetArray: textCollection(
      events.map((event) => event.offset),
      includeEmpty,
    ),
    SequenceNumberArray: { collectionSint64: { sint64: events.map((event) => event.sequenceNumber) } },
    EnqueuedTimeUtcArray: json(events.map((event) => dotNetTime(event.enqueuedTimeUtc, ''))),
    PropertiesArray: json(events.map((event) => dotNetMap(event.properties))),
    SystemPropertiesArray: json(events.map(systemPropertiesOf)),
  };
}

/** Metadata of one event; what is null is left out. */
export function toEventMetadata(event: ReceivedEventData, partition: PartitionDetails): Metadata {
  const partitionKey = partitionKeyOf(event);
  return {
    ...partitionMetadata(partition),
    ...(partitionKey !== null && { PartitionKey: { string: partitionKey } }),
    Offset: { string: event.offset },
    SequenceNumber: json(event.sequenceNumber),
    EnqueuedTimeUtc: json(dotNetTime(event.enqueuedTimeUtc, '')),
    Properties: json(dotNetMap(event.properties)),
    SystemProperties: json(systemPropertiesOf(event)),
  };
}

function partitionMetadata(partition: PartitionDetails): Metadata {
  const { isCheckpointingAfterInvocation } = partition;
  return {
    CheckpointContext: json({ IsCheckpointingAfterInvocation: isCheckpointingAfterInvocation }),
    PartitionContext: json({
      IsCheckpointingAfterInvocation: isCheckpointingAfterInvocation,
      FullyQualifiedNamespace: partition.fullyQualifiedNamespace,
      EventHubName: partition.eventHubName,
      ConsumerGroup: partition.consumerGroup,
      PartitionId: partition.partitionId,
    }),
  };
}

function partitionKeyOf(event: ReceivedEventData): string | null {
  return event.partitionKey ?? null;
}

/** What the broker and the sender wrote on the event, with the four names that the extension adds. */
function systemPropertiesOf(event: ReceivedEventData): Record<string, unknown> {
  const message = event.getRawAmqpMessage();
  const properties: Readonly<Record<string, unknown>> = { ...message.properties };
  const result: Record<string, unknown> = {};
  for (const [name, wireName] of Object.entries(propertyNames)) {
    const value = properties[name];
    if (value !== undefined && value !== null) result[wireName] = value;
  }
  return {
    ...dotNetMap(result),
    ...dotNetMap(message.messageAnnotations),
    SequenceNumber: event.sequenceNumber,
    Offset: event.offset,
    PartitionKey: partitionKeyOf(event),
    EnqueuedTimeUtc: dotNetTime(event.enqueuedTimeUtc, ''),
  };
}
