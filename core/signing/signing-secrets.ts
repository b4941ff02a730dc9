import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { AppFailure } from '../../protocol/app-error.ts'
import { SourceId } from '../../protocol/ids.ts'
import type { SigningSecretInfo } from '../../protocol/signature.ts'
import type { Secrets } from '../secrets.ts'

/** A signing secret with its value: stays in the main process. */
export type SigningSecret = SigningSecretInfo & { readonly secret: string }

export type NewSigningSecret = {
  readonly scheme: string
  /** Null: for every source. */
  readonly sourceId: SourceId | null
  readonly name: string
  readonly secret: string
}

/** Several secrets for each scheme, for one source or for all, each with a name. */
export type SigningSecrets = {
  /** Those to try for a request of this source: its own, then those for every source, each the newest first. */
  of(scheme: string, sourceId: SourceId | null): Promise<readonly SigningSecret[]>
  /** Those of this scheme that other sources have. */
  ofOthers(scheme: string, sourceId: SourceId | null): Promise<readonly SigningSecret[]>
  get(scheme: string, id: string): Promise<SigningSecret | null>
  /** All of these schemes, without their values. */
  list(schemes: readonly string[]): Promise<readonly SigningSecretInfo[]>
  /** One of the same source and name is replaced. @throws AppFailure `conflict` beyond 50 of a scheme. */
  add(secret: NewSigningSecret): Promise<SigningSecretInfo>
  /** One, or all of the scheme. */
  remove(scheme: string, id: string | null): Promise<void>
  /** Those of a source that is no more. */
  removeSource(schemes: readonly string[], sourceId: SourceId): Promise<void>
}

/** What an entry begins with that holds several secrets; without it an entry is one secret's own text, as entries once were. */
const SEVERAL = 'creel-signing-secrets/1 '
const MOST = 50

const Entry = z.array(
  z.object({
    id: z.string(),
    sourceId: SourceId.nullable(),
    name: z.string(),
    addedAt: z.number(),
    secret: z.string(),
  }),
)

/** Keeps them where all secrets are kept, an entry a scheme. */
export function createSigningSecrets(secrets: Secrets, now: () => number): SigningSecrets {
  let writing: Promise<unknown> = Promise.resolve()

  async function read(scheme: string): Promise<readonly SigningSecret[]> {
    const text = await secrets.get(entryOf(scheme))
    if (text === null) return []
    if (!text.startsWith(SEVERAL)) {
      return [{ id: 'first', scheme, sourceId: null, name: 'first', addedAt: 0, secret: text }]
    }
    return Entry.parse(JSON.parse(text.slice(SEVERAL.length))).map((each) => ({ ...each, scheme }))
  }

  /** One change after the other: two at once would lose one. */
  async function change<T>(
    scheme: string,
    edit: (kept: readonly SigningSecret[]) => { readonly next: readonly SigningSecret[]; readonly answer: T },
  ): Promise<T> {
    const before = writing
    const result = (async () => {
      await before
      const { next, answer } = edit(await read(scheme))
      if (next.length === 0) await secrets.delete(entryOf(scheme))
      else await secrets.set(entryOf(scheme), SEVERAL + JSON.stringify(next))
      return answer
    })()
    writing = result.catch(() => undefined)
    return result
  }

  async function removeWhere(scheme: string, isGone: (secret: SigningSecret) => boolean): Promise<void> {
    if ((await read(scheme)).length === 0) return
    await change(scheme, (kept) => ({ next: kept.filter((each) => !isGone(each)), answer: null }))
  }

  return {
    async of(scheme, sourceId) {
      const all = newestFirst(await read(scheme))
      // What is written by hand belongs to no source: any may be meant.
      if (sourceId === null) return [...all.filter(isGeneral), ...all.filter((each) => !isGeneral(each))]
      return [...all.filter((each) => each.sourceId === sourceId), ...all.filter(isGeneral)]
    },
    async ofOthers(scheme, sourceId) {
      if (sourceId === null) return []
      return newestFirst(await read(scheme)).filter((each) => !isGeneral(each) && each.sourceId !== sourceId)
    },
    get: async (scheme, id) => (await read(scheme)).find((each) => each.id === id) ?? null,
    async list(schemes) {
      const lists = await Promise.all(schemes.map(read))
      return lists.flatMap((list) => newestFirst(list).map(toInfo))
    },
    add({ scheme, sourceId, name, secret }) {
      return change(scheme, (kept) => {
        const others = kept.filter((each) => each.sourceId !== sourceId || each.name !== name)
        if (others.length >= MOST) throw tooMany()
        // Two of one moment keep the order in which they came.
        const addedAt = Math.max(now(), ...kept.map((each) => each.addedAt + 1))
        const added = { id: randomUUID(), scheme, sourceId, name, addedAt, secret }
        return { next: [...others, added], answer: toInfo(added) }
      })
    },
    remove: (scheme, id) => removeWhere(scheme, (each) => id === null || each.id === id),
    async removeSource(schemes, sourceId) {
      for (const scheme of schemes) await removeWhere(scheme, (each) => each.sourceId === sourceId)
    },
  }
}

function entryOf(scheme: string): string {
  return `signing:${scheme}`
}

function isGeneral({ sourceId }: SigningSecret): boolean {
  return sourceId === null
}

function newestFirst(list: readonly SigningSecret[]): readonly SigningSecret[] {
  return list.toSorted((a, b) => b.addedAt - a.addedAt)
}

function toInfo({ id, scheme, sourceId, name, addedAt }: SigningSecret): SigningSecretInfo {
  return { id, scheme, sourceId, name, addedAt }
}

function tooMany(): AppFailure {
  return new AppFailure({
    code: 'conflict',
    message: `There are ${MOST} secrets of this sender already.`,
    fix: 'Delete those that nobody signs with any more.',
    field: 'secret',
  })
}
