import { infraNow } from '../../test/infra/bicep-text.ts';
import { problemsOf } from '../../test/infra/infra-truth.ts';
import { infraMutations, mutated } from '../infra-mutations.ts';
import type { Protection } from '../protection.ts';

const now = infraNow();

/** Each role, setting, container, queue, subscription and dead letter of infra/: without it somebody fails, who is named. */
export const infra: readonly Protection[] = infraMutations(now).map((mutation) => ({
  id: mutation.id,
  figures: ['infra'],
  protects: problemsOf(mutated(now, mutation))[0] ?? 'Nobody is known to need it',
  file: `infra/${mutation.file}`,
  text: mutation.text,
  without: mutation.without,
  guard: {
    file: 'test/infra/mutations.test.ts',
    name: 'infra/ gives everybody what he needs, and no role that nobody needs',
  },
}));
