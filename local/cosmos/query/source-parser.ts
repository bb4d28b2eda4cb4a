import { parseAlias, parseSelect } from './query-parser.ts';
import type { Collection, Source } from './syntax-tree.ts';
import type { TokenReader } from './token-reader.ts';

/** Reads what follows FROM: a collection and any number of JOINs. */
export function parseSources(reader: TokenReader): Source[] {
  const sources = [parseSource(reader)];
  while (reader.accept('JOIN')) sources.push(parseSource(reader));
  return sources;
}

function parseSource(reader: TokenReader): Source {
  if (reader.current.kind === 'name' && reader.following.kind === 'keyword' && reader.following.text === 'IN') {
    const alias = reader.advance().text;
    reader.advance();
    return { alias, iterates: true, collection: parseCollection(reader) };
  }
  const collection = parseCollection(reader);
  const alias = parseAlias(reader) ?? lastNameOf(collection);
  return { alias, iterates: false, collection };
}

function parseCollection(reader: TokenReader): Collection {
  if (reader.accept('(')) {
    const query = parseSelect(reader);
    reader.expect(')');
    return { kind: 'subquery', query };
  }
  const { text: root, start } = reader.take('name');
  const steps: (string | number)[] = [];
  for (;;) {
    if (reader.accept('.')) steps.push(reader.take('name').text);
    else if (reader.accept('[')) {
      steps.push(parseIndex(reader));
      reader.expect(']');
    } else return { kind: 'path', root, steps, range: reader.rangeFrom(start) };
  }
}

function parseIndex(reader: TokenReader): string | number {
  return reader.current.kind === 'number' ? Number(reader.advance().text) : reader.take('string').text;
}

function lastNameOf(collection: Collection): string | undefined {
  if (collection.kind === 'subquery') return undefined;
  const last = collection.steps.at(-1) ?? collection.root;
  return typeof last === 'string' ? last : undefined;
}
