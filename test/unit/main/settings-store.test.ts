import { expect, test } from 'vitest'
import type { HistoryConfig } from '../../../core/history/history.ts'
import { openSettings } from '../../../main/settings-store.ts'
import { AppSettings, ViewState } from '../../../protocol/settings.ts'

/** The settings over what is stored. */
function open(stored: Readonly<Record<string, unknown>>) {
  // Only what is asked for.
  return openSettings({ setting: async (name: string) => stored[name] } as Partial<HistoryConfig> as HistoryConfig)
}

test('what was never stored has its defaults', async () => {
  const settings = await open({})
  expect(settings.current()).toEqual(AppSettings.parse({}))
  expect(settings.view()).toEqual(ViewState.parse({}))
})

test('one setting that cannot be read takes no other along: what is kept is not deleted for it', async () => {
  const retention = { days: null, count: null, bytes: null }
  const settings = await open({
    app: { theme: 'sepia', retention, allowedHosts: ['one.example'], later: 1 },
    view: { listWidth: 'wide', view: 'failed' },
  })
  expect(settings.current()).toEqual(AppSettings.parse({ retention, allowedHosts: ['one.example'] }))
  expect(settings.view()).toEqual(ViewState.parse({ view: 'failed' }))
})

test('what is no object has its defaults', async () => {
  expect((await open({ app: 'theme', view: [] })).current()).toEqual(AppSettings.parse({}))
})
