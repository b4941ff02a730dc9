import { expect, test } from 'vitest'
import type { Engine } from '../../../core/engine/engine.ts'
import { HistoryError } from '../../../core/history/history.ts'
import { allowComposed } from '../../../main/ipc/allow-to-send.ts'
import type { SettingsStore } from '../../../main/settings-store.ts'
import { AppFailure } from '../../../protocol/app-error.ts'
import { RequestId } from '../../../protocol/ids.ts'
import { AppSettings } from '../../../protocol/settings.ts'

const current = AppSettings.parse({ allowedHosts: ['allowed.example'] })
// Only what is asked for.
const settings = { current: () => current } as SettingsStore
const id = RequestId.parse(1)

function allow(composedUrl: Engine['composedUrl'], confirmedHost?: string): Promise<void> {
  return allowComposed({ composedUrl }, settings, [id], { confirmedHost, rememberHost: false })
}

test('a composed request goes again to this computer, and to where it may, without being asked about', async () => {
  await allow(async () => 'http://localhost:3000')
  await allow(async () => 'https://allowed.example')
  await allow(async () => 'https://once.example', 'once.example')
  await allow(async () => null)
})

test('a host that was confirmed for one time is asked about again', async () => {
  await expect(allow(async () => 'https://once.example')).rejects.toMatchObject({ error: { code: 'not-allowed' } })
})

test('while it cannot be known where a request would go, it does not go', async () => {
  const problem = new HistoryError('thread-died', 'The history is being started again.', { fix: 'Wait a moment.' })
  await expect(allow(() => Promise.reject(problem))).rejects.toBe(problem)
  // Of one that is gone the resending itself tells.
  await allow(() => Promise.reject(new AppFailure({ code: 'not-found', message: 'It is gone.' })))
})
