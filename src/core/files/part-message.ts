import * as z from 'zod';
import { describeValue, type Fault } from '../fault.ts';
import { parseJson } from '../formats/json-text.ts';

const whole = z.int().min(0);

/** A message of the queue `parts`: score this part of this run. It pins all that the result depends on. */
export const partMessageSchema = z.strictObject({
  run: z.string().regex(/^r_[0-9a-v]{26}$/),
  /** When the run was begun: tells it from the same run that was begun anew. */
  startedAt: z.iso.datetime(),
  part: whole,
  of: whole,
  container: z.string().min(1),
  blob: z.string().min(1),
  etag: z.string().min(1),
  /** The first byte, and the first byte behind the part. */
  bytes: z.tuple([whole, whole]),
  firstRow: whole,
  /** From 1. */
  firstLine: whole,
  model: z.string().min(1),
  version: z.int().min(1),
  modelDigest: z.string().min(1),
  /** Version of the way in which parts are cut and scored. */
  plan: whole,
});

export type PartMessage = z.infer<typeof partMessageSchema>;

/** Reads a message of the queue `parts`; or says what is wrong with it. */
export function readPartMessage(message: unknown): PartMessage | Fault {
  const parsed =
    typeof message === 'string' || message instanceof Uint8Array ? parseJson(Buffer.from(message)) : { value: message };
  if ('fault' in parsed) return parsed.fault;
  const read = partMessageSchema.safeParse(parsed.value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  return {
    code: 'record.not_an_object',
    path: `/${issue?.path.join('/') ?? ''}`,
    expected: 'a part of a run',
    got: describeValue(parsed.value),
  };
}
