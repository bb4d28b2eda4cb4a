/** What a picture says of itself before anything is decoded. */
export interface PictureSize {
  readonly kind: 'png' | 'jpeg' | 'webp';
  readonly width: number;
  readonly height: number;
}

/** Reads the size of a PNG, JPEG or WebP picture out of its first bytes; undefined when it is none of these. */
export function pictureSizeOf(bytes: Uint8Array): PictureSize | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return pngSize(file) ?? webpSize(file) ?? jpegSize(file);
  } catch {
    // It ended before its size was said.
    return undefined;
  }
}

const pngMark = '\x89PNG\r\n\x1a\n';

function pngSize(file: Buffer): PictureSize | undefined {
  if (file.toString('latin1', 0, 8) !== pngMark || file.toString('latin1', 12, 16) !== 'IHDR') return undefined;
  return { kind: 'png', width: file.readUInt32BE(16), height: file.readUInt32BE(20) };
}

/** Sides of a WebP picture are written as one less, in 14 bits or 24. */
function webpSize(file: Buffer): PictureSize | undefined {
  if (file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, 12) !== 'WEBP') return undefined;
  const kind = 'webp';
  switch (file.toString('latin1', 12, 16)) {
    case 'VP8X':
      return { kind, width: 1 + file.readUIntLE(24, 3), height: 1 + file.readUIntLE(27, 3) };
    case 'VP8L': {
      const bits = file.readUInt32LE(21);
      return { kind, width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
    }
    case 'VP8 ':
      return { kind, width: file.readUInt16LE(26) & 0x3fff, height: file.readUInt16LE(28) & 0x3fff };
    default:
      return undefined;
  }
}

/** Segments that hold the size are numbered C0 to CF; three of that row are something else. */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

function jpegSize(file: Buffer): PictureSize | undefined {
  if (file.readUInt16BE(0) !== 0xffd8) return undefined;
  for (let at = 2; ; ) {
    if (file[at] !== 0xff) return undefined;
    const marker = file.readUInt8(at + 1);
    // A marker may have any number of filling bytes before it.
    if (marker === 0xff) at++;
    else if (isFrame(marker))
      return { kind: 'jpeg', height: file.readUInt16BE(at + 5), width: file.readUInt16BE(at + 7) };
    else at += 2 + file.readUInt16BE(at + 2);
  }
}
