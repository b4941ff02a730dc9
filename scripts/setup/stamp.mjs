import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Reads a small JSON file. A missing or torn one is the same as none: what it stood for is done again.
 * @param {string} file
 * @returns {Promise<Record<string, unknown> | undefined>}
 */
export async function readStamp(file) {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    const value = JSON.parse(text)
    return value !== null && typeof value === 'object' ? value : undefined
  } catch {
    return undefined
  }
}

/**
 * Writes a small JSON file whole or not at all.
 * @param {string} file
 * @param {Record<string, unknown>} value
 */
export async function writeStamp(file, value) {
  await mkdir(dirname(file), { recursive: true })
  const half = `${file}.${process.pid}`
  await writeFile(half, `${JSON.stringify(value, null, 2)}\n`)
  await rename(half, file)
}
