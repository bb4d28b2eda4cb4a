/**
 * Values between host and worker in the shape of the Functions protocol: what the library makes of an input depends on
 * which of these members holds it, so the host must choose the same one as the real host does.
 */
export interface TypedData {
  /** The library parses it as JSON where it can, and hands it over as text where it cannot. */
  readonly string?: string;
  readonly json?: string;
  readonly bytes?: Uint8Array;
  readonly http?: HttpData;
  readonly int?: number;
  readonly double?: number;
  readonly collectionBytes?: { readonly bytes: readonly Uint8Array[] };
  /** Each one is parsed like `string`. */
  readonly collectionString?: { readonly string: readonly string[] };
  readonly collectionSint64?: { readonly sint64: readonly number[] };
}

interface NullableText {
  readonly value: string;
}

/** A call on its way in, an answer on its way out. */
export interface HttpData {
  readonly method?: string;
  readonly url?: string;
  readonly nullableHeaders?: Readonly<Record<string, NullableText>>;
  readonly nullableParams?: Readonly<Record<string, NullableText>>;
  readonly nullableQuery?: Readonly<Record<string, NullableText>>;
  readonly body?: TypedData | null;
  readonly statusCode?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly HttpCookie[];
}

export interface HttpCookie {
  readonly name: string;
  readonly value: string;
  readonly domain?: NullableText;
  readonly path?: NullableText;
  readonly expires?: { readonly value: { readonly seconds: number } };
  readonly secure?: { readonly value: boolean };
  readonly httpOnly?: { readonly value: boolean };
  /** `none` stands for "not set" here, `explicitNone` for SameSite=None. */
  readonly sameSite?: 'none' | 'lax' | 'strict' | 'explicitNone';
  readonly maxAge?: { readonly value: number };
}

/**
 * A list of texts as the host sends it: it drops null and empty ones, so that the rest no longer lines up with lists
 * beside it, unless the app asked for them by the capability IncludeEmptyEntriesInMessagePayload.
 */
export function textCollection(texts: readonly (string | null | undefined)[], includeEmpty: boolean): TypedData {
  const kept = includeEmpty ? texts.map((text) => text ?? '') : texts.filter((text) => text != null && text !== '');
  return { collectionString: { string: kept as string[] } };
}
