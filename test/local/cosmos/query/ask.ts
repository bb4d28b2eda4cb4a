import { compileRoot } from '../../../../local/cosmos/query/query-compiler.ts';
import { queryPage } from '../../../../local/cosmos/query/query-page.ts';
import type { JsonObject, Value } from '../../../../local/cosmos/query/value.ts';

/** Results of a query over documents, without a server. */
export function ask(text: string, documents: readonly JsonObject[] = [{}], parameters: Record<string, Value> = {}) {
  return askPages(text, documents, documents.length * 10 + 10, parameters).flat();
}

/** The same, in pages of at most so many rows. */
export function askPages(
  text: string,
  documents: readonly JsonObject[],
  itemsMax: number,
  parameters: Record<string, Value> = {},
): Value[][] {
  const query = compileRoot(text);
  const pages: Value[][] = [];
  let token: string | undefined;
  do {
    const page = queryPage(query, {
      parameters: new Map(Object.entries(parameters)),
      documentsFrom: (start) => documents.map((body, position) => ({ body, bytes: 100, position })).slice(start),
      itemsMax,
      token,
    });
    pages.push(page.items.map((item) => JSON.parse(item)));
    token = page.token;
  } while (token !== undefined);
  return pages;
}

/** The value of an expression; undefined gives no row, and so undefined here. */
export function evaluate(expression: string, document: JsonObject = {}): Value {
  return ask(`SELECT VALUE ${expression} FROM c`, [document])[0];
}
