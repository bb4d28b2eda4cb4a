/**
 * Where a text stops being JSON. The platform's parser names no position for most mistakes; this one runs only after
 * it refused a text, keeps its own stack (a million brackets are only a million characters) and builds nothing.
 */
export function jsonErrorPosition(text: string): number {
  const open: string[] = [];
  let state: State = 'value';
  let at = skipSpace(text, 0);
  while (at < text.length) {
    const step: Step | undefined = nextStep(text, at, state, open.at(-1));
    if (step === undefined) return at;
    if (step.wrong) return step.at;
    if (step.opens !== undefined) open.push(step.opens);
    if (step.closes) open.pop();
    state = step.state ?? (open.length === 0 ? 'nothing more' : ', or end');
    at = skipSpace(text, step.at);
  }
  return text.length;
}

type State = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | ', or end' | 'nothing more';

/** A token that was read: where it ends, or where it goes wrong. */
interface Step {
  readonly at: number;
  readonly wrong?: boolean;
  readonly opens?: string;
  readonly closes?: boolean;
  /** What comes next; a value or an end decides it by what is open. */
  readonly state?: State;
}

/** Reads one token, or finds that this one may not stand here. */
function nextStep(text: string, at: number, state: State, inside: string | undefined): Step | undefined {
  const character = text[at] as string;
  if (closes(character, state, inside)) return { at: at + 1, closes: true };
  switch (state) {
    case 'value':
    case 'value or ]':
      if (character === '{') return { at: at + 1, opens: '{', state: 'key or }' };
      if (character === '[') return { at: at + 1, opens: '[', state: 'value or ]' };
      return scalarEnd(text, at);
    case 'key':
    case 'key or }':
      return character === '"' ? { ...stringEnd(text, at), state: ':' } : undefined;
    case ':':
      return character === ':' ? { at: at + 1, state: 'value' } : undefined;
    case ', or end':
      return character === ',' ? { at: at + 1, state: inside === '{' ? 'key' : 'value' } : undefined;
    case 'nothing more':
      return undefined;
  }
}

function closes(character: string, state: State, inside: string | undefined): boolean {
  if (character === '}') return inside === '{' && (state === 'key or }' || state === ', or end');
  if (character === ']') return inside === '[' && (state === 'value or ]' || state === ', or end');
  return false;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\n\r'.includes(text[at] as string)) at++;
  return at;
}

function scalarEnd(text: string, from: number): Step {
  if (text[from] === '"') return stringEnd(text, from);
  const word = ['true', 'false', 'null'].find((each) => each[0] === text[from]);
  return word === undefined ? numberEnd(text, from) : wordEnd(text, from, word);
}

function wordEnd(text: string, from: number, word: string): Step {
  let at = from;
  while (at - from < word.length && text[at] === word[at - from]) at++;
  return { at, wrong: at - from < word.length };
}

const isDigit = (character: string | undefined) => character !== undefined && character >= '0' && character <= '9';

function digitsEnd(text: string, from: number): number {
  let at = from;
  while (isDigit(text[at])) at++;
  return at;
}

function numberEnd(text: string, from: number): Step {
  let at = text[from] === '-' ? from + 1 : from;
  if (!isDigit(text[at])) return { at, wrong: true };
  at = text[at] === '0' ? at + 1 : digitsEnd(text, at);
  if (text[at] === '.') {
    if (!isDigit(text[at + 1])) return { at: at + 1, wrong: true };
    at = digitsEnd(text, at + 1);
  }
  if (text[at] === 'e' || text[at] === 'E') {
    at += text[at + 1] === '+' || text[at + 1] === '-' ? 2 : 1;
    if (!isDigit(text[at])) return { at, wrong: true };
    at = digitsEnd(text, at);
  }
  return { at, wrong: false };
}

function stringEnd(text: string, from: number): Step {
  let at = from + 1;
  while (at < text.length) {
    const character = text[at] as string;
    if (character === '"') return { at: at + 1 };
    if (character < ' ') return { at, wrong: true };
    const end: Step = character === '\\' ? escapeEnd(text, at + 1) : { at: at + 1 };
    if (end.wrong) return end;
    at = end.at;
  }
  return { at: text.length, wrong: true };
}

function escapeEnd(text: string, from: number): Step {
  const character = text[from] ?? ' ';
  if (!'"\\/bfnrtu'.includes(character)) return { at: from, wrong: true };
  if (character !== 'u') return { at: from + 1 };
  for (let at = from + 1; at <= from + 4; at++) if (!/[0-9a-fA-F]/.test(text[at] ?? ' ')) return { at, wrong: true };
  return { at: from + 5 };
}
