// Reads protobuf's wire format where it lies, without an object for each message. Only what MapFrame needs.

/** Where a message is read: the bytes, the next of them, and the end of what is being read. */
export class Cursor {
  private bytes: Uint8Array = new Uint8Array(0);
  private view: DataView = new DataView(new ArrayBuffer(0));
  at = 0;
  end = 0;

  reset(bytes: Uint8Array, from: number, to: number): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = from;
    this.end = to;
  }

  /** The low 32 bits, unsigned: as protobuf reads a uint32, bool or tag out of a longer number. */
  varint32(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.byte();
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw new Error('a number in a map frame is longer than ten bytes');
  }

  /** All 64 bits as a double: exact to 2^53, which is more than any time in seconds. Two's complement where negative. */
  varint64(): number {
    let low = 0;
    let middle = 0;
    let high = 0;
    for (let group = 0; group < 10; group++) {
      const byte = this.byte();
      const part = byte & 0x7f;
      if (group < 4) low |= part << (7 * group);
      else if (group < 8) middle |= part << (7 * (group - 4));
      else high |= part << (7 * (group - 8));
      if (byte >= 0x80) continue;
      // From groups of 28, 28 and 8 bits to two halves of 32, the upper one signed: so a small negative number stays exact.
      return ((middle >>> 4) | (high << 24)) * 0x1_0000_0000 + ((low | (middle << 28)) >>> 0);
    }
    throw new Error('a number in a map frame is longer than ten bytes');
  }

  zigzag32(): number {
    const value = this.varint32();
    return (value >>> 1) ^ -(value & 1);
  }

  double(): number {
    const at = this.take(8);
    return this.view.getFloat64(at, true);
  }

  /** Length of what follows, checked to lie within what is being read; returns where it ends. */
  lengthEnd(): number {
    const length = this.varint32();
    const end = this.at + length;
    if (end > this.end) throw new Error('a map frame is shorter than it says');
    return end;
  }

  /** Passes over a field of a kind this reader does not know. */
  skip(wireType: number): void {
    if (wireType === 0) this.varint64();
    else if (wireType === 1) this.take(8);
    else if (wireType === 2) this.at = this.lengthEnd();
    else if (wireType === 5) this.take(4);
    else throw new Error(`a map frame has wire type ${wireType}`);
  }

  text(strings: StringCache): string {
    const end = this.lengthEnd();
    const value = strings.get(this.bytes, this.at, end);
    this.at = end;
    return value;
  }

  private byte(): number {
    if (this.at >= this.end) throw new Error('a map frame ends in the middle of a field');
    return this.bytes[this.at++]!;
  }

  private take(count: number): number {
    const at = this.at;
    if (at + count > this.end) throw new Error('a map frame ends in the middle of a field');
    this.at += count;
    return at;
  }
}

interface Entry {
  bytes: Uint8Array;
  text: string;
}

/** Gives the same string for the same bytes without decoding them again: ten thousand unit ids a second are always the same ones. */
export class StringCache {
  private readonly slots: (Entry | undefined)[];
  private readonly decoder = new TextDecoder();

  constructor(bits = 15) {
    this.slots = new Array<Entry | undefined>(1 << bits);
  }

  get(bytes: Uint8Array, from: number, to: number): string {
    let hash = 0x811c9dc5;
    for (let at = from; at < to; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
    const slot = (hash ^ (hash >>> 15)) & (this.slots.length - 1);
    const held = this.slots[slot];
    if (held && equal(held.bytes, bytes, from, to)) return held.text;
    // A slot holds whoever came last: a clash costs a decoding, never a wrong text.
    const own = bytes.slice(from, to);
    const text = this.decoder.decode(own);
    this.slots[slot] = { bytes: own, text };
    return text;
  }
}

function equal(held: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (held.length !== to - from) return false;
  for (let at = 0; at < held.length; at++) if (held[at] !== bytes[from + at]) return false;
  return true;
}
