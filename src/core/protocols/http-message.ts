/** A call as it came in. Header names are lower-case. Its body is still to be read: not every caller gets that far. */
export interface HttpCall {
  readonly method: string;
  /** Path without the query, decoded nowhere yet. */
  readonly path: string;
  /** What follows the question mark, decoded nowhere yet; empty when there is none. */
  readonly query: string;
  header(name: string): string | undefined;
  /** Reads the body, once. @param bytesMax no more is read than shows that the body is larger than this */
  readBody(bytesMax: number): Uint8Array | Promise<Uint8Array>;
}

/** What goes back. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** An answer in JSON. */
export function jsonAnswer(status: number, body: string, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body };
}

/** An answer in plain text. */
export const textAnswer = (status: number, body: string): HttpAnswer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body,
});
