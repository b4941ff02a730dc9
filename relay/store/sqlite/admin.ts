import type { Database } from 'better-sqlite3'
import { v4 } from 'uuid'
import type { AdminChange, Bucket, Input, RelayAdminStore } from '../store.ts'
import type { StateReader } from './bucket-state.ts'
import type { BucketStates } from './bucket-states.ts'
import type { Changes } from './changes.ts'
import type { Cipher } from './cipher.ts'
import type { CommitQueue } from './commit-queue.ts'
import { createListeners } from './listeners.ts'
import { createSecrets } from './secrets.ts'
import { createTokens } from './tokens.ts'

export type Admin = RelayAdminStore & {
  /** Reads inputs and tokens from the file; buckets are read with their states. */
  load(): void
  tell(changes: readonly AdminChange[]): void
}

type Parts = {
  readonly database: Database
  readonly cipher: Cipher
  readonly queue: CommitQueue
  readonly reader: StateReader
  readonly states: BucketStates
  readonly changes: Changes
  readonly now: () => number
}
type InputRow = Omit<Input, 'settings'> & { settings: string }

/** Buckets, inputs and tokens: few and asked for with every request, so all of them are in memory. */
export function createAdmin(parts: Parts): Admin {
  const { database, cipher, queue, reader, states, changes, now } = parts
  const listeners = createListeners<AdminChange>()
  const tokens = createTokens(parts)
  const secrets = createSecrets(database, cipher)
  const inputs = new Map<string, Input>()
  const selectInputs = database.prepare<[], InputRow>(
    'SELECT id, bucket_id AS bucketId, name, settings, created_at AS createdAt FROM input ORDER BY created_at, rowid',
  )
  const insertBucket = database.prepare('INSERT INTO bucket (id, name, settings, created_at) VALUES (?, ?, ?, ?)')
  const updateBucket = database.prepare('UPDATE bucket SET name = ?, settings = ? WHERE id = ?')
  const deleteBucket = database.prepare('DELETE FROM bucket WHERE id = ?')
  const insertInput = database.prepare(
    'INSERT INTO input (id, bucket_id, name, settings, created_at) VALUES (?, ?, ?, ?, ?)',
  )
  const updateInput = database.prepare('UPDATE input SET name = ?, settings = ? WHERE id = ?')
  const deleteInput = database.prepare('DELETE FROM input WHERE id = ?')

  function load(): void {
    inputs.clear()
    for (const row of selectInputs.all()) inputs.set(row.id, { ...row, settings: JSON.parse(row.settings) })
    tokens.load()
    secrets.load()
  }

  /** `work` may change memory too: after a rollback all of it is read again. */
  function change<T>(work: () => T): Promise<T> {
    return queue.add(() => {
      changes.isAdminTouched = true
      return work()
    })
  }

  function storeInput(input: Input): Input {
    inputs.set(input.id, input)
    changes.admin.push({ kind: 'inputs', bucketId: input.bucketId })
    return input
  }

  return {
    load,
    tell: (all) => all.forEach(listeners.tell),
    onChange: listeners.add,
    tokens: tokens.tokens,
    token: tokens.token,
    createToken: tokens.createToken,
    revokeToken: tokens.revokeToken,
    buckets: () => [...states.all()].map(({ bucket }) => bucket),
    bucket: (id) => states.get(id)?.bucket ?? null,
    inputs: (bucketId) => [...inputs.values()].filter((input) => input.bucketId === bucketId),
    input: (id) => inputs.get(id) ?? null,
    secrets: secrets.of,
    createBucket: ({ name, settings, secrets: values }) =>
      change(() => {
        const id = v4()
        const done = insertBucket.run(id, name, JSON.stringify(settings), now())
        secrets.set(id, values)
        const state = reader.read(Number(done.lastInsertRowid), null)
        if (state === null) throw new Error('A bucket is not there after it was stored.')
        states.set(state)
        return state.bucket
      }),
    updateBucket: (id, { secrets: values, ...wanted }) =>
      change(() => {
        const state = states.get(id)
        if (state === null) return null
        const bucket: Bucket = { ...state.bucket, ...wanted }
        updateBucket.run(bucket.name, JSON.stringify(bucket.settings), id)
        secrets.set(id, values)
        state.bucket = bucket
        // Inputs inherit what they leave unset.
        changes.admin.push({ kind: 'inputs', bucketId: id })
        return bucket
      }),
    deleteBucket: (id) =>
      change(() => {
        const state = states.get(id)
        if (state === null) return false
        for (const input of inputs.values()) if (input.bucketId === id) secrets.set(input.id, {})
        secrets.set(id, {})
        deleteBucket.run(id)
        states.remove(state)
        load()
        changes.freedBuckets.push(state.ref)
        changes.admin.push({ kind: 'bucket-deleted', bucketId: id })
        return true
      }),
    createInput: ({ bucketId, name, settings, secrets: values }) =>
      change(() => {
        if (states.get(bucketId) === null) return null
        const input: Input = { id: v4(), bucketId, name, settings, createdAt: now() }
        insertInput.run(input.id, bucketId, name, JSON.stringify(settings), input.createdAt)
        secrets.set(input.id, values)
        return storeInput(input)
      }),
    updateInput: (id, { secrets: values, ...wanted }) =>
      change(() => {
        const before = inputs.get(id)
        if (before === undefined) return null
        const input: Input = { ...before, ...wanted }
        updateInput.run(input.name, JSON.stringify(input.settings), id)
        secrets.set(id, values)
        return storeInput(input)
      }),
    deleteInput: (id) =>
      change(() => {
        const input = inputs.get(id)
        if (input === undefined) return false
        secrets.set(id, {})
        deleteInput.run(id)
        inputs.delete(id)
        changes.admin.push({ kind: 'inputs', bucketId: input.bucketId })
        return true
      }),
  }
}
