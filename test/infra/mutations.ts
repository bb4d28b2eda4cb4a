import { type Block, blocksOf, type Infra, itemsOf } from './bicep-text.ts';
import { roleBlocks, settingLine } from './infra-truth.ts';

/** One thing taken out of infra/. */
export interface Mutation {
  readonly name: string;
  readonly infra: Infra;
}

const without = (infra: Infra, file: string, text: string, inPlace = ''): Infra =>
  new Map([...infra].map(([path, content]) => [path, path === file ? content.replace(text, () => inPlace) : content]));

/** Deletes each role, setting, container, queue, subscription and dead letter, one at a time. */
export function mutationsOf(infra: Infra): Mutation[] {
  return [
    ...roleBlocks(infra).map((block) => removal(infra, block)),
    ...blocksOf(infra)
      .filter(({ type }) => type.endsWith('/eventSubscriptions'))
      .map((block) => removal(infra, block)),
    ...settings(infra),
    ...listed(infra, 'containers', 'container'),
    ...listed(infra, 'queues', 'queue'),
    ...lines(infra, 'system.bicep', /^ {6}\{ name: '\w[^']*', partitionKey: .*\n/gm, 'Cosmos DB container'),
    ...lines(infra, 'modules/event-grid.bicep', /^ {4}deadLetterWithResourceIdentity: .*\n/gm, 'dead letter'),
    ...lines(
      infra,
      'modules/event-grid.bicep',
      /^ {2}deadLetterDestination: \{\n(?: {4}.*\n)+ {2}\}\n/gm,
      'dead letter',
    ),
  ];
}

const removal = (infra: Infra, { file, symbol, text }: Block): Mutation => ({
  name: `${symbol} of ${file}`,
  infra: without(infra, file, text),
});

const settings = (infra: Infra): Mutation[] =>
  ['system.bicep', 'modules/function-app.bicep'].flatMap((file) =>
    [...(infra.get(file) ?? '').matchAll(settingLine)].map(([line, name]) => ({
      name: `setting ${name}`,
      infra: without(infra, file, line),
    })),
  );

/** Each item of the lists of that name. */
function listed(infra: Infra, list: string, kind: string): Mutation[] {
  const found = [
    ...(infra.get('system.bicep') ?? '').matchAll(new RegExp(`^ {4}${list}: \\[((?:[^\\]{]|\\$\\{)*)\\]`, 'gm')),
  ];
  return found.flatMap(([text, items = '']) => {
    const names = itemsOf(items);
    return names.map((name) => {
      const rest = names.filter((each) => each !== name).join(', ');
      return { name: `${kind} ${name}`, infra: without(infra, 'system.bicep', text, `    ${list}: [${rest}]`) };
    });
  });
}

/** Each match, all of the same text apart: the second of two equal lines is another mutation. */
function lines(infra: Infra, file: string, pattern: RegExp, kind: string): Mutation[] {
  const text = infra.get(file) ?? '';
  return [...text.matchAll(pattern)].map((match, i) => ({
    name: `${kind} ${i + 1} of ${file}: ${match[0].trim().slice(0, 60)}`,
    infra: new Map([...infra, [file, text.slice(0, match.index) + text.slice(match.index + match[0].length)]]),
  }));
}
