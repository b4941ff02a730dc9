import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT } from './setup/places.mjs'

// node scripts/icons.mjs: puts the icon's pictures into what Windows and macOS want, so that no tool has to be downloaded for it.

const FOLDER = join(ROOT, 'assets/icons')
const ICO_SIZES = [16, 32, 48, 64, 128, 256]
const ICO_HEAD_BYTES = 6
const ICO_ENTRY_BYTES = 16
const ICNS_HEAD_BYTES = 8
/** Apple's names of the places for PNG pictures, and their sizes; an @2x has twice its points. */
const ICNS_PLACES = /** @type {const} */ ([
  ['icp4', 16],
  ['icp5', 32],
  ['ic11', 32],
  ['ic12', 64],
  ['ic07', 128],
  ['ic13', 256],
  ['ic08', 256],
  ['ic14', 512],
  ['ic09', 512],
  ['ic10', 1024],
])

/** @param {number} size in pixels */
function picture(size) {
  return readFile(join(FOLDER, `${size}x${size}.png`))
}

/** An .ico of PNG pictures, as Windows has read it since Vista. */
export async function makeIco() {
  const pictures = await Promise.all(ICO_SIZES.map(async (size) => ({ size, png: await picture(size) })))
  const head = Buffer.alloc(ICO_HEAD_BYTES + ICO_ENTRY_BYTES * pictures.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(pictures.length, 4)
  let place = head.length
  for (const [index, { size, png }] of pictures.entries()) {
    const at = ICO_HEAD_BYTES + index * ICO_ENTRY_BYTES
    // One byte each for width and height: 0 stands for 256.
    head.writeUInt8(size % 256, at)
    head.writeUInt8(size % 256, at + 1)
    head.writeUInt16LE(1, at + 4)
    head.writeUInt16LE(32, at + 6)
    head.writeUInt32LE(png.length, at + 8)
    head.writeUInt32LE(place, at + 12)
    place += png.length
  }
  return Buffer.concat([head, ...pictures.map(({ png }) => png)])
}

/** An .icns of PNG pictures, as macOS has read it since 10.7. */
export async function makeIcns() {
  const parts = await Promise.all(
    ICNS_PLACES.map(async ([type, size]) => {
      const png = await picture(size)
      return Buffer.concat([icnsHead(type, png.length), png])
    }),
  )
  const all = Buffer.concat(parts)
  return Buffer.concat([icnsHead('icns', all.length), all])
}

/**
 * @param {string} type
 * @param {number} bytes what follows
 */
function icnsHead(type, bytes) {
  const head = Buffer.alloc(ICNS_HEAD_BYTES)
  head.write(type, 'latin1')
  head.writeUInt32BE(ICNS_HEAD_BYTES + bytes, 4)
  return head
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await writeFile(join(FOLDER, 'creel.ico'), await makeIco())
  await writeFile(join(FOLDER, 'creel.icns'), await makeIcns())
}
