import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqliteStore } from '../../relay/store/sqlite/open.ts'
import { relayStoreContract } from './relay-store.ts'

relayStoreContract('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'creel-relay-store-'))
  const place = { file: join(folder, 'relay.db'), key: new Uint8Array(32).fill(7), keyId: 'k1', nativeBinding: null }
  return {
    open: async (options) => openSqliteStore({ ...place, ...options }),
    remove: () => rm(folder, { recursive: true }),
  }
})
