/**
 * The regular expression of a LIKE pattern: `%` any text, `_` one character, `[abc]`, `[a-f]` and `[^abc]` one of a set;
 * what follows the escape character stands for itself.
 */
export function likePattern(pattern: string, escapeCharacter: string): RegExp {
  let source = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at]!;
    if (character === escapeCharacter && at + 1 < pattern.length) {
      at += 1;
      source += literal(pattern[at]!);
    } else if (character === '%') source += '.*';
    else if (character === '_') source += '.';
    else if (character === '[' && pattern.indexOf(']', at) > at + 1) {
      const end = pattern.indexOf(']', at);
      source += characterSet(pattern.slice(at + 1, end));
      at = end;
    } else source += literal(character);
  }
  return new RegExp(`^${source}$`, 's');
}

const literal = (character: string) => character.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');

/** A range that runs backwards, such as `[z-a]`, matches nothing instead of failing the query. */
function characterSet(members: string): string {
  const source = `[${members.replace(/[\\[]/g, '\\$&')}]`;
  try {
    new RegExp(source);
    return source;
  } catch {
    return '[]';
  }
}
