import { type Block, blocksOf, type Infra, itemsOf } from '../test/infra/bicep-text.ts';
import { roleBlocks, settingLine } from '../test/infra/infra-truth.ts';
import { occurrences } from './protection.ts';

/** One thing taken out of infra/. */
export interface InfraMutation {
  readonly id: string;
  /** Inside of infra/. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly text: string;
  readonly without: string;
}

/** Deletes each role, setting, container, queue, subscription and dead letter, one at a time. */
export function infraMutations(infra: Infra): InfraMutation[] {
  const eventGrid = 'modules/event-grid.bicep';
  return [
    ...roleBlocks(infra).map((block) => ofBlock(infra, block, 'role')),
    ...blocksOf(infra)
      .filter(({ type }) => type.endsWith('/eventSubscriptions'))
      .map((block) => ofBlock(infra, block, 'subscription')),
    ...ofLines(infra, 'system.bicep', settingLine, 'setting'),
    ...ofLines(infra, 'modules/function-app.bicep', settingLine, 'setting'),
    ...ofLists(infra, 'containers', 'container'),
    ...ofLists(infra, 'queues', 'queue'),
    ...ofLines(infra, 'system.bicep', /^ {6}\{ name: '(\w[^']*)', partitionKey: .*\n/gm, 'cosmos-container'),
    ...ofLines(infra, eventGrid, /^ {4}(deadLetterWithResourceIdentity): .*\n/gm, 'dead-letter'),
    ...ofLines(infra, eventGrid, /^ {2}(deadLetterDestination): \{\n(?: {4}.*\n)+ {2}\}\n/gm, 'dead-letter'),
  ];
}

/** The files with the thing taken out. */
export const mutated = (infra: Infra, { file, text, without }: InfraMutation): Infra =>
  new Map([...infra].map(([path, content]) => [path, path === file ? content.replace(text, () => without) : content]));

/** Takes a stretch out; lines before it come with the text until that is nowhere else. */
function deletion(infra: Infra, file: string, id: string, from: number, to: number): InfraMutation {
  const content = infra.get(file) ?? '';
  let start = from;
  while (start > 0 && occurrences(content, content.slice(start, to)) > 1)
    start = content.lastIndexOf('\n', start - 2) + 1;
  return { id: `infra-${id}`, file, text: content.slice(start, to), without: content.slice(start, from) };
}

function ofBlock(infra: Infra, { file, symbol, text }: Block, kind: string): InfraMutation {
  const from = (infra.get(file) ?? '').indexOf(text);
  const module = /(\w[\w-]*)\.bicep$/.exec(file)?.[1];
  return deletion(infra, file, `${kind}-${module}-${symbol}`, from, from + text.length);
}

/** Each match of the pattern, which names what it finds. */
const ofLines = (infra: Infra, file: string, pattern: RegExp, kind: string): InfraMutation[] =>
  [...(infra.get(file) ?? '').matchAll(pattern)].map((match, i, { length }) => {
    const isAlone = length === 1 || kind !== 'dead-letter';
    const id = `${kind}-${match[1]}${isAlone ? '' : `-${i + 1}`}`;
    return deletion(infra, file, id, match.index, match.index + match[0].length);
  });

/** Each item of the lists of that name in system.bicep. */
function ofLists(infra: Infra, list: string, kind: string): InfraMutation[] {
  const pattern = new RegExp(`^ {4}${list}: \\[((?:[^\\]{]|\\$\\{)*)\\]`, 'gm');
  return [...(infra.get('system.bicep') ?? '').matchAll(pattern)].flatMap(([text, items = '']) => {
    const names = itemsOf(items);
    return names.map((name) => ({
      id: `infra-${kind}-${name.replace(/\W+/g, '-').replace(/^-|-$/g, '')}`,
      file: 'system.bicep',
      text,
      without: `    ${list}: [${names.filter((each) => each !== name).join(', ')}]`,
    }));
  });
}
