import rhea, { type Message } from 'rhea';
import { AmqpFault } from './amqp-fault.ts';
import type { Hub, Hubs } from './hub.ts';
import type { Partition } from './partition.ts';

/** What a node says to a request. */
export interface Answer {
  readonly status: number;
  readonly description: string;
  readonly condition?: string;
  readonly body?: unknown;
}

const { wrap_array, wrap_int, wrap_long } = rhea.types;
const string8Code = 0xa1;

/** Answers a request for the properties of a hub or of a partition. */
export function answerManagement(hubs: Hubs, request: Message): Answer {
  const { operation, type, name, partition } = request.application_properties ?? {};
  if (operation !== 'READ') return { status: 400, description: `The operation '${operation}' is not supported.` };
  try {
    const hub = hubs.hub(String(name).split('/')[0]!);
    const isPartition = type === 'com.microsoft:partition';
    const body = isPartition ? partitionProperties(hub, hub.partition(String(partition))) : hubProperties(hub);
    return { status: 200, description: 'OK', body };
  } catch (error) {
    if (!(error instanceof AmqpFault)) throw error;
    return { status: 404, description: error.message, condition: error.condition };
  }
}

/** Answers a client that brings a token for what it is about to do. Any token will do here. */
export function answerPutToken(request: Message): Answer {
  const operation = request.application_properties?.operation;
  if (operation === 'put-token') return { status: 202, description: 'Accepted' };
  return { status: 400, description: `The operation '${operation}' is not supported.` };
}

function hubProperties(hub: Hub): object {
  return {
    name: hub.name,
    type: 'com.microsoft:eventhub',
    created_at: hub.createdOn,
    partition_count: wrap_int(hub.partitions.length),
    partition_ids: wrap_array(
      hub.partitions.map(({ id }) => id),
      string8Code,
      undefined,
    ),
    georeplication_factor: wrap_int(1),
  };
}

function partitionProperties(hub: Hub, partition: Partition): object {
  const { sequence, offset, enqueuedMs } = partition.last;
  return {
    name: hub.name,
    type: 'com.microsoft:partition',
    partition: partition.id,
    begin_sequence_number: wrap_long(partition.firstSequence),
    last_enqueued_sequence_number: wrap_long(sequence),
    last_enqueued_offset: offset,
    last_enqueued_time_utc: new Date(enqueuedMs),
    is_partition_empty: partition.isEmpty,
  };
}
