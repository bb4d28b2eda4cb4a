/** Bytes that came in pieces and are not read yet, in one buffer that is used again: what is behind makes room for more. */
export class ByteWindow {
  #bytes = Buffer.alloc(0);
  #from = 0;
  #to = 0;

  /** How many bytes are not read yet. */
  get length(): number {
    return this.#to - this.#from;
  }

  /** Takes a copy of the bytes. */
  append(bytes: Uint8Array): void {
    if (this.#to + bytes.length > this.#bytes.length) this.#makeRoom(this.length + bytes.length);
    this.#bytes.set(bytes, this.#to);
    this.#to += bytes.length;
  }

  /** All that is not read yet; it stays as it is until more is appended. */
  view(): Buffer {
    return this.#bytes.subarray(this.#from, this.#to);
  }

  /** Has read so many bytes. */
  pass(bytes: number): void {
    this.#from += bytes;
  }

  #makeRoom(bytes: number): void {
    // Twice what is needed: what is left would be moved for every piece else.
    const target = 2 * bytes > this.#bytes.length ? Buffer.allocUnsafeSlow(2 * bytes) : this.#bytes;
    this.#bytes.copy(target, 0, this.#from, this.#to);
    this.#to = this.length;
    this.#from = 0;
    this.#bytes = target;
  }
}
