import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSecretsFile, type Sealer } from '../../../main/secrets-file.ts'

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'creel-secrets-'))
  file = join(folder, 'secrets.json')
})
afterEach(() => rm(folder, { recursive: true }))

/** Stands for the system's keyring: reverses the bytes, and can be locked. */
function keyring(state: { isThere: boolean }): Sealer {
  return {
    isAvailable: () => state.isThere,
    seal: (clear) => Buffer.from(clear).reverse(),
    open: (sealed) => {
      if (!state.isThere) throw new Error('the keyring is locked')
      return Buffer.from(sealed).reverse().toString()
    },
  }
}

function open(sealer: Sealer, unreadable: string[] = []) {
  return openSecretsFile({ file, sealer, onUnreadable: (name) => unreadable.push(name) })
}

describe('secrets', () => {
  test('are sealed in a file that only its owner can read', async () => {
    await open(keyring({ isThere: true })).set('source:1', 'crs_very-secret')
    expect(await readFile(file, 'utf8')).not.toContain('crs_very-secret')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  })

  test('come back after a restart', async () => {
    await open(keyring({ isThere: true })).set('source:1', 'it')
    expect(await open(keyring({ isThere: true })).get('source:1')).toBe('it')
  })

  test('are kept without a keyring too, and sealed when set while there is one', async () => {
    const state = { isThere: false }
    const secrets = open(keyring(state))
    await secrets.set('signing:github', 'plain-word')
    expect(await readFile(file, 'utf8')).toContain('plain-word')
    state.isThere = true
    expect(await secrets.get('signing:github')).toBe('plain-word')
    await secrets.set('signing:github', 'plain-word')
    expect(await readFile(file, 'utf8')).not.toContain('plain-word')
  })

  test('count as missing, and are told, when the keyring cannot open them', async () => {
    const state = { isThere: true }
    const unreadable: string[] = []
    const secrets = open(keyring(state), unreadable)
    await secrets.set('source:1', 'it')
    state.isThere = false
    expect(await secrets.get('source:1')).toBeNull()
    expect(unreadable).toEqual(['source:1'])
  })

  test('set at once do not lose one another', async () => {
    const secrets = open(keyring({ isThere: true }))
    const names = Array.from({ length: 20 }, (_, at) => `source:${at}`)
    await Promise.all(names.map((name) => secrets.set(name, `of ${name}`)))
    expect(await Promise.all(names.map((name) => secrets.get(name)))).toEqual(names.map((name) => `of ${name}`))
  })

  test.each(['', '{"version":1,"entr', '[]', '{"version":2,"entries":{}}'])(
    'in a file that is damaged (%j) count as missing; the file is put aside and a new one begun',
    async (content) => {
      await writeFile(file, content)
      const unreadable: string[] = []
      const secrets = open(keyring({ isThere: true }), unreadable)
      expect(await Promise.all([secrets.get('source:1'), secrets.get('source:2')])).toEqual([null, null])
      expect(unreadable).toContain('secrets.json')
      expect(await readFile(`${file}.unreadable`, 'utf8')).toBe(content)
      await secrets.set('source:1', 'new')
      expect(await secrets.get('source:1')).toBe('new')
    },
  )

  test('are gone once deleted', async () => {
    const secrets = open(keyring({ isThere: true }))
    await secrets.set('source:1', 'it')
    await secrets.delete('source:1')
    expect(await secrets.get('source:1')).toBeNull()
  })
})
