import type { SeededRandom } from '../../devices/seeded-random.ts';
import { type BatchAnswer, type BatchItem, type BatchOptions, runBulk } from '../store/batch.ts';
import type { Container } from '../store/container.ts';
import { refusalOf } from './struck-request.ts';

/** What operations of a batch fail with when the service is pressed; each may heal. */
const statuses = [429, 449, 408] as const;

const failedDependency: BatchItem = { statusCode: 424, requestCharge: 0 };

/** A bulk request of which a random half is not done. */
export function runBulkInPart(
  container: Container,
  body: unknown,
  options: BatchOptions,
  chosen: SeededRandom,
): BatchAnswer {
  const operations = Array.isArray(body) ? (body as unknown[]) : [];
  const failed = operations.map(() => (chosen.uniform() < 0.5 ? failedItem(chosen) : undefined));
  const rest = operations.filter((_, place) => failed[place] === undefined);
  const done = rest.length === 0 ? [] : [...runBulk(container, rest, true, options).items];
  return { status: 207, items: failed.map((item) => item ?? done.shift()!) };
}

/** A transactional batch of which one operation fails: then none is done. */
export function failBatch(body: unknown, chosen: SeededRandom): BatchAnswer {
  const operations = Array.isArray(body) ? (body as unknown[]) : [];
  const failed = Math.floor(chosen.uniform() * operations.length);
  return {
    status: 207,
    items: operations.map((_, place) => (place === failed ? failedItem(chosen) : failedDependency)),
  };
}

function failedItem(chosen: SeededRandom): BatchItem {
  const { status, substatus = 0, message } = refusalOf(statuses[Math.floor(chosen.uniform() * statuses.length)]!);
  return { statusCode: status, subStatusCode: substatus, requestCharge: 0, message };
}
