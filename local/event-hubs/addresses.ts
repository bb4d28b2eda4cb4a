import { notFound } from './amqp-fault.ts';

/** A node that answers requests instead of holding events. */
export interface NodeAddress {
  readonly kind: 'node';
  readonly node: '$cbs' | '$management';
}

/** A partition as a member of a consumer group reads it. */
export interface ReaderAddress {
  readonly kind: 'reader';
  readonly hub: string;
  readonly consumerGroup: string;
  readonly partitionId: string;
}

/** A hub, or one partition of it, to which a client sends. */
export interface SenderAddress {
  readonly kind: 'sender';
  readonly hub: string;
  readonly partitionId: string | undefined;
}

const nodeForm = /^(?:.*\/)?(\$cbs|\$management)$/i;
const readerForm = /^([^/]+)\/consumergroups\/([^/]+)\/partitions\/(\d+)$/i;
const senderForm = /^([^/]+)(?:\/partitions\/(\d+))?$/i;

/**
 * Reads the address from which a client wants to receive.
 * @throws {AmqpFault} when nothing can be received there
 */
export function parseSource(address: string | null | undefined): NodeAddress | ReaderAddress {
  const path = pathOf(address);
  const [, hub, consumerGroup, partitionId] = readerForm.exec(path) ?? [];
  if (hub && consumerGroup && partitionId) return { kind: 'reader', hub, consumerGroup, partitionId };
  return parseNode(path) ?? failOnUnknown(address);
}

/**
 * Reads the address to which a client wants to send.
 * @throws {AmqpFault} when nothing can be sent there
 */
export function parseTarget(address: string | null | undefined): NodeAddress | SenderAddress {
  const path = pathOf(address);
  const node = parseNode(path);
  if (node !== undefined) return node;
  const [, hub, partitionId] = senderForm.exec(path) ?? [];
  return hub ? { kind: 'sender', hub, partitionId } : failOnUnknown(address);
}

/** Some clients send a path, others a whole URL. */
function pathOf(address: string | null | undefined): string {
  return (address ?? '').replace(/^amqps?:\/\/[^/]+/i, '').replace(/^\//, '');
}

function parseNode(path: string): NodeAddress | undefined {
  const node = nodeForm.exec(path)?.[1]?.toLowerCase();
  return node === '$cbs' || node === '$management' ? { kind: 'node', node } : undefined;
}

function failOnUnknown(address: string | null | undefined): never {
  throw notFound(address ?? '');
}
