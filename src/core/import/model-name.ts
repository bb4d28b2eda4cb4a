/** Names of files and folders that say nothing of what is inside. */
const silent: ReadonlySet<string> = new Set([
  'model',
  'models',
  'scoring',
  'network',
  'export',
  'exported',
  'onnx',
  'artifacts',
  'data',
]);

const charactersMax = 63;

/**
 * A name for a model after its file, or after the first folder above it whose name says something.
 * @param path absolute
 */
export function modelNameOf(path: string): string {
  const names = path.split(/[/\\]/).map((name) => slug(name.replace(/\.onnx$/i, '')));
  return names.findLast((name) => name !== '' && !silent.has(name)) ?? 'model';
}

const slug = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, charactersMax)
    .replace(/-+$/, '');
