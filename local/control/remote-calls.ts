/** A call of a method at the other end of a channel that carries messages. */
export interface Call {
  readonly kind: 'call';
  readonly id: number;
  readonly method: string;
  readonly args: readonly unknown[];
}

export interface CallAnswer {
  readonly kind: 'answer';
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** The methods of an object, called from afar. Arguments and results are what the channel can carry. */
export type Remote<T> = {
  readonly [M in keyof T]: T[M] extends (...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : never;
};

/** Runs a method by its name. @throws {Error} what the method threw, or that there is none */
export type Dispatch = (method: string, args: readonly unknown[]) => Promise<unknown>;

/** Runs a call on the object whose own methods are offered. It never throws: what went wrong is in the answer. */
export async function answerCall(offered: object, { id, method, args }: Call): Promise<CallAnswer> {
  try {
    const callee: unknown = Object.hasOwn(offered, method) ? offered[method as keyof typeof offered] : undefined;
    if (typeof callee !== 'function')
      throw new RangeError(`There is no ${method}: ${Object.keys(offered).join(', ')}.`);
    return { kind: 'answer', id, result: await callee.apply(offered, args) };
  } catch (error) {
    return { kind: 'answer', id, error: error instanceof Error ? error.message : String(error) };
  }
}

/** Makes each method of the object at the other end a function of `call`. */
export function remoteOf<T>(call: Dispatch): Remote<T> {
  return new Proxy({} as Remote<T>, {
    get: (_, method) =>
      // Whoever awaits the object itself asks it for `then`.
      typeof method === 'string' && method !== 'then' ? (...args: unknown[]) => call(method, args) : undefined,
  });
}

/** Calls over a channel, with the answers sorted to those who wait for them. */
export class Caller<T> {
  readonly remote: Remote<T>;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #calls = 0;
  #end: Error | undefined;

  constructor(send: (call: Call) => void) {
    this.remote = remoteOf<T>((method, args) => {
      if (this.#end !== undefined) return Promise.reject(this.#end);
      this.#calls += 1;
      const answer = Promise.withResolvers<unknown>();
      this.#waiting.set(this.#calls, answer);
      send({ kind: 'call', id: this.#calls, method, args });
      return answer.promise;
    });
  }

  take({ id, result, error }: CallAnswer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(error));
  }

  /** The other end is gone: nothing more will be answered. */
  end(reason: string): void {
    this.#end = new Error(reason);
    for (const { reject } of this.#waiting.values()) reject(this.#end);
    this.#waiting.clear();
  }
}
