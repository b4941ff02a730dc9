import { mkdir, open, writeFile } from 'node:fs/promises'
import { dirname, resolve, sep } from 'node:path'
import { promisify } from 'node:util'
import { inflateRaw } from 'node:zlib'

// PKWARE APPNOTE 4.3: an end record names the central directory, whose entries name each file's place.
const END_BYTES = 22
const END_SIGNATURE = 0x06054b50
const ENTRY_BYTES = 46
const ENTRY_SIGNATURE = 0x02014b50
const LOCAL_BYTES = 30
const STORED = 0
const DEFLATED = 8

const inflate = promisify(inflateRaw)

/** @typedef {{ name: string, method: number, packedBytes: number, mode: number, offset: number }} ZipEntry */

/**
 * Unpacks the chosen files of a zip archive. Ours because the archive holds 25,000 files of which 70 are wanted, and the
 * libraries at hand unpack all or nothing. No zip64, no encryption, no links: the archive's hash is known.
 * @param {string} archive
 * @param {string} folder
 * @param {(name: string) => string | undefined} place the path below `folder`, or undefined to leave the file out
 */
export async function unzipSome(archive, folder, place) {
  const file = await open(archive)
  try {
    for (const entry of await listEntries(file)) {
      const path = entry.name.endsWith('/') ? undefined : place(entry.name)
      if (path !== undefined) await extract(file, entry, insideOf(folder, path))
    }
  } finally {
    await file.close()
  }
}

/**
 * @param {string} folder
 * @param {string} path
 */
function insideOf(folder, path) {
  const full = resolve(folder, path)
  if (!full.startsWith(resolve(folder) + sep)) throw new Error(`the archive wants to write outside its folder: ${path}`)
  return full
}

/**
 * @param {import('node:fs/promises').FileHandle} file
 * @param {number} position
 * @param {number} bytes
 */
async function readAt(file, position, bytes) {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, position)
  if (bytesRead !== bytes) throw new Error('the archive is cut short')
  return buffer
}

/** @param {import('node:fs/promises').FileHandle} file */
async function listEntries(file) {
  const { size } = await file.stat()
  const end = await readAt(file, size - END_BYTES, END_BYTES)
  if (end.readUInt32LE(0) !== END_SIGNATURE) throw new Error('not a zip archive, or one with a comment')
  const directory = await readAt(file, end.readUInt32LE(16), end.readUInt32LE(12))
  /** @type {ZipEntry[]} */
  const entries = []
  for (let at = 0; at < directory.length;) {
    if (directory.readUInt32LE(at) !== ENTRY_SIGNATURE) throw new Error('the archive has a broken directory')
    const nameBytes = directory.readUInt16LE(at + 28)
    entries.push({
      name: directory.toString('utf8', at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes),
      method: directory.readUInt16LE(at + 10),
      packedBytes: directory.readUInt32LE(at + 20),
      mode: (directory.readUInt32LE(at + 38) >>> 16) & 0o777,
      offset: directory.readUInt32LE(at + 42),
    })
    at += ENTRY_BYTES + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32)
  }
  return entries
}

/**
 * @param {import('node:fs/promises').FileHandle} file
 * @param {ZipEntry} entry
 * @param {string} path
 */
async function extract(file, entry, path) {
  if (entry.method !== STORED && entry.method !== DEFLATED) throw new Error(`${entry.name} is packed in an unknown way`)
  const local = await readAt(file, entry.offset, LOCAL_BYTES)
  const start = entry.offset + LOCAL_BYTES + local.readUInt16LE(26) + local.readUInt16LE(28)
  const packed = await readAt(file, start, entry.packedBytes)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, entry.method === STORED ? packed : await inflate(packed), { mode: entry.mode || 0o644 })
}
