import { expect, test } from 'vitest'
import type { HistoryConfig } from '../../../core/history/history.ts'
import { openSettings } from '../../../main/settings-store.ts'
import { AppSettings, ViewState } from '../../../protocol/settings.ts'

/** The settings over what is stored. */
function open(
  stored: Readonly<Record<string, unknown>>,
  write: (value: unknown) => Promise<void> = async () => undefined,
) {
  // Only what is asked for.
  const config: Partial<HistoryConfig> = {
    setting: async (name: string) => stored[name],
    setSetting: (_name, value) => write(value),
  }
  return openSettings(config as HistoryConfig)
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

test('two changes at once are both kept', async () => {
  const written: unknown[] = []
  const settings = await open({}, async (value) => void written.push(value))
  await Promise.all([settings.save({ theme: 'dark' }), settings.save({ markResends: false })])
  const both = AppSettings.parse({ theme: 'dark', markResends: false })
  expect(settings.current()).toEqual(both)
  expect(written.at(-1)).toEqual(both)
})

test('a change that cannot be stored is not in effect, and the next one is tried by itself', async () => {
  let isFull = true
  const settings = await open({}, async () => {
    if (isFull) throw new Error('The disk is full.')
  })
  await expect(settings.save({ theme: 'dark' })).rejects.toThrow('The disk is full.')
  expect(settings.current()).toEqual(AppSettings.parse({}))
  isFull = false
  await settings.save({ markResends: false })
  expect(settings.current()).toEqual(AppSettings.parse({ markResends: false }))
})
