import { describeValue, type Fault } from '../fault.ts';
import { parseJson } from '../formats/json-text.ts';

/** An uploaded blob, as Event Grid announces it. */
export interface UploadedBlob {
  readonly container: string;
  readonly name: string;
  /** Orders the changes of one blob: hexadecimal digits. */
  readonly sequencer: string | undefined;
  /** Whether Sluice itself announces it once more: whoever began with it may be gone. */
  readonly isAgain?: boolean;
}

/** The call that Sluice names when it announces a blob itself. */
const ownApi = 'Sluice';

/** An announcement by Sluice itself, as `readBlobCreated` reads it. */
export const announcementOf = (container: string, blob: string, isAgain: boolean): object => ({
  eventType: 'Microsoft.Storage.BlobCreated',
  subject: `/blobServices/default/containers/${container}/blobs/${blob}`,
  data: { api: ownApi, isAgain },
});

/** The calls that make a blob whole; others announce the same upload again. */
const completingApis = new Set(['PutBlob', 'PutBlockList', 'CopyBlob', 'FlushWithClose', 'SftpCommit']);

interface BlobCreated {
  readonly type?: unknown;
  readonly eventType?: unknown;
  readonly subject?: unknown;
  readonly data?: { readonly api?: unknown; readonly sequencer?: unknown; readonly isAgain?: unknown };
}

/**
 * Reads a queue message of Event Grid: its own schema or CloudEvents 1.0, one event or a list of one.
 * @returns the blob; the reason to pass the message over; or what is wrong with it
 */
export function readBlobCreated(message: unknown): UploadedBlob | { readonly skip: string } | Fault {
  const parsed =
    typeof message === 'string' || message instanceof Uint8Array ? parseJson(Buffer.from(message)) : { value: message };
  if ('fault' in parsed) return parsed.fault;
  const [event] = (Array.isArray(parsed.value) ? parsed.value : [parsed.value]) as [BlobCreated | null | undefined];
  const type = event?.eventType ?? event?.type;
  if (typeof type !== 'string' || typeof event?.subject !== 'string') return wrong(parsed.value);
  if (type !== 'Microsoft.Storage.BlobCreated') return { skip: type };
  const { api, sequencer, isAgain } = event.data ?? {};
  if (typeof api === 'string' && !completingApis.has(api) && api !== ownApi) return { skip: api };
  const match = /^\/blobServices\/default\/containers\/([^/]+)\/blobs\/(.+)$/s.exec(event.subject);
  const [, container, name] = match ?? [];
  if (container === undefined || name === undefined) return wrong(event.subject);
  const blob = { container, name, sequencer: typeof sequencer === 'string' ? sequencer : undefined };
  return isAgain === true ? { ...blob, isAgain } : blob;
}

const wrong = (got: unknown): Fault => ({
  code: 'record.not_an_object',
  path: '',
  expected: 'an Event Grid event of type Microsoft.Storage.BlobCreated',
  got: describeValue(got),
});
