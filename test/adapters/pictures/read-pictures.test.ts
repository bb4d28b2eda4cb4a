import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, onTestFinished, test } from 'vitest';
import { zipOf } from '../../../scripts/package/zip.ts';
import { readPicture, readPictures } from '../../../src/adapters/pictures/read-pictures.ts';
import { type ImageSpec, imageSchema } from '../../../src/core/manifest/image.ts';
import type { PicturePiece } from '../../../src/core/pictures/picture-rows.ts';
import { openBytes } from '../parquet/stored-file.ts';
import type { Refused } from './refuse-picture.ts';

const specOf = (changes: object = {}): ImageSpec => imageSchema.parse({ input: 'x', width: 4, height: 2, ...changes });

async function all(pieces: AsyncIterable<PicturePiece>): Promise<PicturePiece[]> {
  const found: PicturePiece[] = [];
  for await (const piece of pieces) found.push(piece);
  return found;
}

async function pictureOf(bytes: Uint8Array, changes: object = {}): Promise<PicturePiece> {
  const [piece, ...others] = await all(readPicture(openBytes(bytes, 4_096), 'a.png', specOf(changes)));
  expect(others).toEqual([]);
  return piece!;
}

const pixelsOf = (piece: PicturePiece) => ('pixels' in piece ? [...piece.pixels] : piece.fault);
const codeOf = (piece: PicturePiece) => ('fault' in piece ? piece.fault.code : undefined);

/** A picture whose left half is red and whose right half is blue. */
const halves = (width = 8, height = 4) =>
  sharp(
    Buffer.from(
      Array.from({ length: width * height }, (_, i) => (i % width < width / 2 ? [200, 0, 0] : [0, 0, 100])).flat(),
    ),
    { raw: { width, height, channels: 3 } },
  );
const red = [200, 0, 0];
const blue = [0, 0, 100];

describe('each format gives the same pixels', () => {
  const row = [...red, ...red, ...blue, ...blue];
  test.each([
    ['PNG', () => halves().png().toBuffer()],
    ['PNG of 16 bits', () => halves().toColourspace('rgb16').png().toBuffer()],
    ['PNG of a palette', () => halves().png({ palette: true }).toBuffer()],
    ['PNG with transparency', () => halves().ensureAlpha(1).png().toBuffer()],
    ['WebP without loss', () => halves().webp({ lossless: true }).toBuffer()],
  ])('%s', async (_, make) => {
    expect(pixelsOf(await pictureOf(await make(), { kernel: 'nearest' }))).toEqual([...row, ...row]);
  });

  test.each([
    ['JPEG', () => halves(64, 32).jpeg({ quality: 95 }).toBuffer()],
    ['JPEG in CMYK', () => halves(64, 32).toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer()],
    ['WebP', () => halves(64, 32).webp({ quality: 95 }).toBuffer()],
  ])('%s, but for what it loses', async (_, make) => {
    const pixels = pixelsOf(await pictureOf(await make())) as number[];
    [...row, ...row].forEach((value, i) => {
      expect(Math.abs(pixels[i]! - value), `value ${i}`).toBeLessThan(60);
    });
  });

  test('a photograph is turned as its camera was held', async () => {
    const turned = await halves(4, 8).rotate(90).withMetadata({ orientation: 8 }).png().toBuffer();
    const upright = await halves(4, 8).png().toBuffer();
    const spec = { width: 2, height: 4, kernel: 'nearest' };
    expect(pixelsOf(await pictureOf(turned, spec))).toEqual(pixelsOf(await pictureOf(upright, spec)));
  });

  test('of a picture that moves the first one is taken', async () => {
    const frames = Buffer.concat([Buffer.alloc(4 * 2 * 3, 200), Buffer.alloc(4 * 2 * 3, 10)]);
    const moving = await sharp(frames, { raw: { width: 4, height: 4, channels: 3, pageHeight: 2 } })
      .webp({ lossless: true, loop: 0, delay: [10, 10] })
      .toBuffer();
    expect(pixelsOf(await pictureOf(moving))).toEqual(Array(24).fill(200));
  });
});

test('the frame is filled, fitted or stretched', async () => {
  const wide = await halves(8, 2).png().toBuffer();
  const nearest = { kernel: 'nearest', width: 2, height: 2 };
  const two = (fit: string) => pictureOf(wide, { ...nearest, fit });
  expect(pixelsOf(await two('cover'))).toEqual([...red, ...blue, ...red, ...blue]);
  expect(pixelsOf(await two('stretch'))).toEqual([...red, ...blue, ...red, ...blue]);
  const black = [0, 0, 0];
  const contained = pixelsOf(await pictureOf(wide, { kernel: 'nearest', width: 4, height: 3, fit: 'contain' }));
  expect(
    (contained as number[]).slice(0, 12).join() === Array(4).fill(black).join() ||
      (contained as number[]).slice(-12).join() === Array(4).fill(black).join(),
  ).toBe(true);
  const gray = await pictureOf(wide, { ...nearest, channels: 'gray' });
  expect(pixelsOf(gray)).toHaveLength(4);
  // Columns of 0, 20, 40 ... 140: the shorter side is 4 already, and the middle of it is cut out.
  const columns = Buffer.from(Array.from({ length: 8 * 4 }, (_, i) => Array(3).fill(20 * (i % 8))).flat());
  const striped = await sharp(columns, { raw: { width: 8, height: 4, channels: 3 } })
    .png()
    .toBuffer();
  const cut = await pictureOf(striped, { ...nearest, shorterSide: 4 });
  expect(pixelsOf(cut)).toEqual([60, 60, 60, 80, 80, 80, 60, 60, 60, 80, 80, 80]);
  const upright = await sharp(striped).rotate(90).png().toBuffer();
  expect(pixelsOf(await pictureOf(upright, { ...nearest, shorterSide: 4 }))).toEqual([
    ...Array(6).fill(60),
    ...Array(6).fill(80),
  ]);
  expect(() => specOf({ shorterSide: 3 })).toThrow('at least the width');
});

describe('what is no picture, or a hostile one, is refused for what it is', () => {
  test.each([
    ['nothing', Buffer.alloc(0)],
    ['a text', Buffer.from('hello')],
    [
      'SVG',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="9" height="9"/></svg>'),
    ],
    ['a PNG without pixels', Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header(0, 9))])],
  ])('%s', async (_, bytes) => {
    expect(codeOf(await pictureOf(bytes))).toBe('picture.malformed');
  });

  test('a GIF and a TIFF, which the library could read', async () => {
    expect(codeOf(await pictureOf(await halves().gif().toBuffer()))).toBe('picture.malformed');
    expect(codeOf(await pictureOf(await halves().tiff().toBuffer()))).toBe('picture.malformed');
  });

  test('a picture that is cut off anywhere', async () => {
    const jpeg = await halves(64, 64).jpeg().toBuffer();
    for (let length = 2; length < jpeg.length - 2; length += 40) {
      expect(codeOf(await pictureOf(jpeg.subarray(0, length))), `${length} bytes`).toBe('picture.malformed');
    }
  });

  test('a PNG of 30,000 x 30,000: at once, and without memory for it', async () => {
    const bomb = flatPng(30_000);
    expect(await pictureOf(bomb)).toMatchObject({
      fault: { code: 'picture.too_large', expected: 'at most 20000000 pixels', got: '30000 x 30000' },
    });
    const folder = await mkdtemp(join(tmpdir(), 'sluice-picture-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await writeFile(join(folder, 'bomb.png'), bomb);
    const child = fork(join(import.meta.dirname, 'refuse-picture.ts'), [join(folder, 'bomb.png')]);
    onTestFinished(() => void child.kill());
    const [refused] = (await once(child, 'message')) as [Refused];
    expect(refused.code).toBe('picture.too_large');
    // Processor time: others on the machine do not count.
    expect(refused.processorMs).toBeLessThan(100);
    expect(refused.memoryBytes).toBeLessThan(100 << 20);
  });

  test('a ribbon that would be enlarged to one of a mile', async () => {
    const ribbon = await halves(20_000, 1).png().toBuffer();
    expect(codeOf(await pictureOf(ribbon, { shorterSide: 256 }))).toBe('picture.too_large');
    expect(codeOf(await pictureOf(ribbon))).toBeUndefined();
  });

  test('the manifest says how large a picture may be', async () => {
    const bytes = await halves(40, 40).png().toBuffer();
    expect(codeOf(await pictureOf(bytes, { pixelsMax: 1_599 }))).toBe('picture.too_large');
    expect(codeOf(await pictureOf(bytes, { pixelsMax: 1_600 }))).toBeUndefined();
  });
});

describe('archives', () => {
  const picture = () => halves().png().toBuffer();
  const read = (zip: Buffer) => all(readPictures(openBytes(zip), specOf()));

  test('folders and what systems add are passed over', async () => {
    const bytes = await picture();
    const zip = zipOf([
      { path: '__MACOSX/._a.png', bytes: Buffer.from('x') },
      { path: 'b/.DS_Store', bytes: Buffer.from('x') },
      { path: 'b/a.png', bytes },
    ]);
    expect((await read(zip)).map(({ name }) => name)).toEqual(['b/a.png']);
  });

  test('a bomb stops at what its directory says, and one that says too much is not unpacked', async () => {
    const zip = zipOf([{ path: 'a.png', bytes: Buffer.alloc(80 << 20) }]);
    const before = process.memoryUsage().rss;
    expect((await read(zip)).map(codeOf)).toEqual(['picture.too_large']);
    // The same bomb, whose directory says that 100 bytes come out.
    const lying = Buffer.from(zip);
    lying.writeUInt32LE(100, lying.indexOf('PK\x01\x02', 0, 'latin1') + 24);
    expect((await read(lying)).map(codeOf)).toEqual(['archive.malformed']);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 << 20);
  });

  test('files that lie over each other are refused', async () => {
    const zip = zipOf([{ path: 'a.png', bytes: await picture() }]);
    const at = zip.indexOf('PK\x01\x02', 0, 'latin1');
    const end = zip.indexOf('PK\x05\x06', 0, 'latin1');
    const entry = zip.subarray(at, end);
    const directory = Buffer.concat(Array(50).fill(entry));
    const tail = Buffer.from(zip.subarray(end));
    tail.writeUInt32LE(directory.length, 12);
    await expect(read(Buffer.concat([zip.subarray(0, at), directory, tail]))).rejects.toMatchObject({
      code: 'archive.malformed',
    });
  });

  test('however an archive is broken, it ends as a fault', async () => {
    const zip = zipOf([1, 2, 3].map((i) => ({ path: `${i}.png`, bytes: Buffer.alloc(200, i) })));
    for (let byte = 0; byte < zip.length; byte++) {
      const broken = Buffer.from(zip);
      broken[byte] = broken[byte]! ^ 0xff;
      const found = await read(broken).catch((error: unknown) => error);
      if (found instanceof Error) expect(found, `byte ${byte}`).toMatchObject({ code: 'archive.malformed' });
      else expect((found as PicturePiece[]).every((piece) => 'fault' in piece)).toBe(true);
    }
    for (let length = 0; length < zip.length; length += 7) {
      await expect(read(zip.subarray(0, length))).rejects.toMatchObject({ code: 'archive.malformed' });
    }
  });
});

function chunk(kind: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(kind), body]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

/** Of one bit a pixel. */
function header(width: number, height: number): Buffer {
  const body = Buffer.alloc(13);
  body.writeUInt32BE(width, 0);
  body.writeUInt32BE(height, 4);
  body[8] = 1;
  return body;
}

/** A whole picture of one colour: some kilobytes for any size. */
function flatPng(side: number): Buffer {
  const rows = deflateSync(Buffer.alloc(side * (1 + Math.ceil(side / 8))));
  const mark = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([mark, chunk('IHDR', header(side, side)), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]);
}
