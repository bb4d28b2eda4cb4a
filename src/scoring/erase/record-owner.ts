import { type EventContent, readEvent } from '../../core/events/event-content.ts';
import { deviceOf } from '../../core/events/incoming-event.ts';
import { valueAt } from '../../core/events/record-field.ts';
import { eventOf } from '../parked/parked-events.ts';
import type { StoredRecord } from '../ports.ts';

/** Whose a record off the road is: the key's own; another one's, whose body names the key too; or nobody's that matters. */
export type Ownership = 'own' | 'shared' | 'other';

/**
 * Whether a record off the road is one of a key: by the device that sent the event, or by what stands in the record.
 * @param field of records that names their key, or a JSON pointer to it; any text that equals the key counts when absent
 */
export function ownershipOf(record: StoredRecord, key: string, field: string | undefined): Ownership {
  const event = eventOf(record);
  if (deviceOf(event) === key) return 'own';
  const content = readWhatever(() => readEvent(event));
  if (content === undefined || 'fault' in content) {
    return Buffer.from(event.body).includes(JSON.stringify(key)) ? 'own' : 'other';
  }
  if (content.device === key) return 'own';
  const named = content.items.map((item) => 'record' in item && names(item.record, key, field));
  if (!named.includes(true)) return 'other';
  const isOwn = event.index === undefined ? named.every(Boolean) : named[event.index];
  return isOwn === true ? 'own' : 'shared';
}

function readWhatever(read: () => EventContent): EventContent | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function names(record: unknown, key: string, field: string | undefined): boolean {
  if (field === undefined) return holdsText(record, key);
  const value = valueAt(record, field);
  return (typeof value === 'string' || typeof value === 'number') && String(value) === key;
}

/** Numbers do not count: a key that looks like one would be found in any measurement. */
const holdsText = (value: unknown, text: string): boolean =>
  value === text ||
  (typeof value === 'object' && value !== null && Object.values(value).some((inside) => holdsText(inside, text)));
