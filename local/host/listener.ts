/** A source of invocations that runs until it is stopped. */
export interface Listener {
  /** Takes nothing new from now on; resolves when what it started has ended. */
  stop(): Promise<void>;
}
