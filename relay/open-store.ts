import { createHash, randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { RelayConfig } from './config.ts'
import { readOrMakeSecret } from './secret-file.ts'
import type { StoreNotice } from './store/sqlite/notices.ts'
import { openSqliteStore } from './store/sqlite/open.ts'
import { StoreError } from './store/store-error.ts'
import type { RelayStore } from './store/store.ts'

const KEY_BYTES = 32
const KEY_ID_CHARACTERS = 16

/**
 * Opens the store in the data folder with its key, both made at the first start.
 * @throws StoreError, or the file system's error for a folder that cannot be used.
 */
export async function openRelayStore(config: RelayConfig, log: Logger): Promise<RelayStore> {
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 })
  const key = await readKey(config, log)
  return openSqliteStore({
    file: join(config.dataDir, 'relay.sqlite'),
    key,
    keyId: createHash('sha256').update('creel key id').update(key).digest('hex').slice(0, KEY_ID_CHARACTERS),
    nativeBinding: config.nativeBinding,
    now: () => Date.now(),
    limits: config.limits,
    onNotice: (notice) => note(log, notice),
  })
}

function note(log: Logger, { kind, ...notice }: StoreNotice): void {
  if (!('error' in notice)) return log.warn(notice, kind)
  // Only as `err` an error is logged with its sentence.
  const { error: err, ...rest } = notice
  log.warn({ ...rest, err }, kind)
}

async function readKey(config: RelayConfig, log: Logger): Promise<Uint8Array> {
  if (config.keyBase64 !== null) return Buffer.from(config.keyBase64, 'base64')
  const file = join(config.dataDir, 'relay.key')
  const secret = await readOrMakeSecret(file, () => randomBytes(KEY_BYTES).toString('base64'))
  if (secret.isOpenToOthers) log.warn({ file }, 'the key can be read by others on this machine: chmod 600 it')
  const key = Buffer.from(secret.text, 'base64')
  if (key.length === KEY_BYTES) return key
  throw new StoreError('wrong-key', `${file} should hold ${KEY_BYTES} bytes in base64. Put the right key back.`)
}
