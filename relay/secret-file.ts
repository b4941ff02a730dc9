import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'

export type SecretFile = {
  readonly text: string
  /** True when this call made the file. */
  readonly isNew: boolean
  /** True when others than its owner may read the file, which it never was made like. */
  readonly isOpenToOthers: boolean
}

/**
 * Reads a file that holds one secret, or makes it with mode 0600. A crash leaves the whole file or none; of two processes
 * that make it at once one wins and both read the same.
 * @throws the file system's error when the folder cannot be written or the file not be read.
 */
export async function readOrMakeSecret(file: string, make: () => string): Promise<SecretFile> {
  const found = await readSecret(file)
  if (found) return found
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const temporary = join(dirname(file), `.${randomBytes(8).toString('hex')}.tmp`)
  try {
    const handle = await open(temporary, 'wx', 0o600)
    try {
      await handle.writeFile(`${make()}\n`)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await publish(temporary, file)
  } finally {
    await rm(temporary, { force: true })
  }
  const made = await readSecret(file)
  if (!made) throw new Error(`${file} was made and is gone again.`)
  return { ...made, isNew: true }
}

async function readSecret(file: string): Promise<SecretFile | null> {
  try {
    const text = (await readFile(file, 'utf8')).trim()
    const { mode } = await stat(file)
    return { text, isNew: false, isOpenToOthers: process.platform !== 'win32' && (mode & 0o077) !== 0 }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}

/** Gives the file its name, unless it is taken; then makes the name itself durable. */
async function publish(temporary: string, file: string): Promise<void> {
  try {
    await link(temporary, file)
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return
    // No hard links here (FAT, some network shares): a rename is whole too, though not exclusive.
    await rename(temporary, file)
  }
  if (process.platform === 'win32') return
  const folder = await open(dirname(file), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
