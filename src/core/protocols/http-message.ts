/** A call as it came in. Header names are lower-case. */
export interface HttpCall {
  readonly method: string;
  /** Path without the query, decoded nowhere yet. */
  readonly path: string;
  header(name: string): string | undefined;
  readonly body: Uint8Array;
}

/** What goes back. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An answer in JSON. */
export function jsonAnswer(status: number, body: string, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body };
}
