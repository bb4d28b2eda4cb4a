/**
 * Where the program of a thread lies: beside this file where the sources run, beside the bundle's chunks where that does.
 * @param name of a file in `threads`
 */
export const threadFile = (name: string): URL =>
  import.meta.url.endsWith('.ts')
    ? new URL(`./threads/${name}.ts`, import.meta.url)
    : new URL(`../threads/${name}.js`, import.meta.url);
