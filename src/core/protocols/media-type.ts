/** A media type with its parameters, in lower case. */
export interface MediaType {
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Reads a Content-Type, or one entry of an Accept header. */
export function parseMediaType(text: string): MediaType {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const pairs = parameters.filter((part) => part !== '').map((part) => part.split('='));
  return {
    type,
    parameters: Object.fromEntries(
      pairs.map(([name = '', value = '']) => [name.trim(), value.trim().replaceAll('"', '')]),
    ),
  };
}

const jsonType = /^application\/(json|[\w.-]+\+json)\s*(;|$)/i;

/** Whether a body of this content type is JSON; a call that names none is taken at its word. */
export const isJson = (contentType: string | undefined): boolean =>
  contentType === undefined || contentType === 'application/json' || jsonType.test(contentType);

/** Which of these media types an Accept header likes best; the first one when it likes all or none of them. */
export function preferred<T extends string>(accept: string | undefined, offered: readonly [T, ...T[]]): T {
  if (accept === undefined || accept === '*/*') return offered[0];
  const ranges = accept.split(',').map(parseMediaType);
  const weightOf = (type: string) => {
    const [group] = type.split('/');
    const range =
      ranges.find((each) => each.type === type) ??
      ranges.find((each) => each.type === `${group}/*`) ??
      ranges.find((each) => each.type === '*/*');
    return range === undefined ? 0 : Number(range.parameters.q ?? 1);
  };
  return offered.reduce((best, type) => (weightOf(type) > weightOf(best) ? type : best));
}
