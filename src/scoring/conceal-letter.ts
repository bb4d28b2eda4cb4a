import { digestOf } from '../core/digest.ts';
import { type ConcealedBody, concealBody } from '../core/sensitive/conceal-body.ts';
import { gotWithoutValues } from '../core/sensitive/conceal-fault.ts';
import type { FieldTree } from '../core/sensitive/field-tree.ts';
import type { DeadLetter } from './ports.ts';

/** What became of each event's body: of a list, each wrong record is a letter with all of it. */
const known = new WeakMap<object, { readonly tree: FieldTree; readonly body: ConcealedBody | undefined }>();

/**
 * A dead letter without the values of sensitive features: they are masked where the body is understood, and all of it is
 * withheld where it is not.
 * @param event that carried the record
 */
export function concealLetter(
  letter: DeadLetter,
  event: { readonly body: Uint8Array },
  tree: FieldTree | undefined,
): DeadLetter {
  if (tree === undefined) return letter;
  const got = gotWithoutValues({ code: letter.reason, got: letter.got });
  const body = concealedBody(event, tree);
  if (body !== undefined) return { ...letter, got, body: body.text, bodyEncoding: 'utf8', masked: body.masked };
  return {
    ...letter,
    got,
    body: '',
    bodyEncoding: 'utf8',
    withheld: true,
    bodyDigest: digestOf(event.body),
    bodyBytes: event.body.length,
  };
}

function concealedBody(event: { readonly body: Uint8Array }, tree: FieldTree): ConcealedBody | undefined {
  const before = known.get(event);
  if (before?.tree === tree) return before.body;
  const body = concealBody(event.body, tree);
  known.set(event, { tree, body });
  return body;
}
