import { openSqliteStore } from '../../../../relay/store/sqlite/open.ts'
import { headOf } from './sqlite-place.ts'
import { finishUpload } from '../../../helpers/finish-upload.ts'

// Run by crash.test.ts as a process of its own: stores for ever, prints each id once it is told that it is stored.
const [, , file = ''] = process.argv
const usual = { key: new Uint8Array(32).fill(7), keyId: 'k1', nativeBinding: null, now: Date.now }
const store = openSqliteStore({ ...usual, file, limits: { maxItems: 1_000_000 } })
const bucket = await store.admin.createBucket({ name: 'b', settings: {} })
await store.log.openSubscription({ bucketId: bucket.id, name: 'a' })

async function storeForEver(bytes: number): Promise<void> {
  for (;;) {
    const upload = store.intake.begin(headOf(bucket))
    upload?.write(Buffer.alloc(bytes))
    const added = await finishUpload(upload)
    if (added.kind === 'stored') process.stdout.write(`${added.id}\n`)
  }
}
await Promise.all([100, 2048, 2048, 2048, 300_000, 400_000].map(storeForEver))
