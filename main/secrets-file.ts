import { readFile, rename } from 'node:fs/promises'
import { basename } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'
import type { Secrets } from '../core/secrets.ts'

/** The system's keyring, as far as there is one. */
export type Sealer = {
  isAvailable(): boolean
  seal(clear: string): Buffer
  open(sealed: Buffer): string
}

const SecretsFile = z.object({
  version: z.literal(1),
  entries: z.record(z.string(), z.union([z.object({ sealed: z.string() }), z.object({ clear: z.string() })])),
})
type SecretsFile = z.infer<typeof SecretsFile>

/**
 * Keeps secrets in one file that only its owner can read, each sealed by the system's keyring. Without a keyring they stand in it in the clear, which
 * the window says for as long as it is so; each is sealed when it is next set while a keyring is there. A file that is damaged is put aside: without
 * its secrets the app still starts, and asks for them again.
 */
export function openSecretsFile(options: {
  readonly file: string
  readonly sealer: Sealer
  /** Told of a secret that cannot be opened, or of the whole file. */
  readonly onUnreadable: (name: string, problem: unknown) => void
}): Secrets {
  const { file, sealer } = options
  let writing: Promise<unknown> = Promise.resolve()

  async function read(): Promise<SecretsFile> {
    let text: string
    try {
      text = await readFile(file, 'utf8')
    } catch (problem) {
      if (isMissing(problem)) return { version: 1, entries: {} }
      throw problem
    }
    try {
      return SecretsFile.parse(JSON.parse(text))
    } catch (problem) {
      await putAside(problem)
      return { version: 1, entries: {} }
    }
  }

  async function putAside(problem: unknown): Promise<void> {
    options.onUnreadable(basename(file), problem)
    try {
      await rename(file, `${file}.unreadable`)
    } catch (failure) {
      // Somebody else who read it was faster.
      if (!isMissing(failure)) throw failure
    }
  }

  /** One change after the other: two at once would lose one. */
  function change(edit: (entries: SecretsFile['entries']) => void): Promise<void> {
    const next = writing.then(async () => {
      const content = await read()
      edit(content.entries)
      await writeFileAtomic(file, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 })
    })
    writing = next.catch(() => undefined)
    return next
  }

  return {
    async get(name) {
      await writing
      const entry = (await read()).entries[name]
      if (entry === undefined) return null
      if ('clear' in entry) return entry.clear
      try {
        return sealer.open(Buffer.from(entry.sealed, 'base64'))
      } catch (problem) {
        // Sealed by a keyring that is gone or another user's: to the app the secret is missing, and it asks for it again.
        options.onUnreadable(name, problem)
        return null
      }
    },
    set(name, value) {
      return change((entries) => {
        entries[name] = sealer.isAvailable() ? { sealed: sealer.seal(value).toString('base64') } : { clear: value }
      })
    },
    delete(name) {
      return change((entries) => {
        delete entries[name]
      })
    },
  }
}

function isMissing(problem: unknown): boolean {
  return problem instanceof Error && 'code' in problem && problem.code === 'ENOENT'
}
