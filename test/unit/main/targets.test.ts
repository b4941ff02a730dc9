import { expect, test } from 'vitest'
import type { Engine } from '../../../core/engine/engine.ts'
import { createTargetHandlers } from '../../../main/ipc/targets.ts'
import type { SettingsStore } from '../../../main/settings-store.ts'
import { AppSettings } from '../../../protocol/settings.ts'
import { TargetUrl } from '../../../protocol/target.ts'

/** The handlers over an engine that takes every target, and what it was given. */
function open() {
  const added: string[] = []
  let current = AppSettings.parse({})
  // Only what these handlers touch.
  const settings = {
    current: () => current,
    save: async (change: Partial<AppSettings>) => (current = { ...current, ...change }),
  } as SettingsStore
  const engine = { targets: { add: async ({ url }: { url: string }) => void added.push(url) } } as unknown as Engine
  const handlers = createTargetHandlers(engine, settings)
  return { added, handlers, settings }
}

test.each(['http://localhost:3000', 'http://127.0.0.1', 'http://[::1]:80/x', 'https://app.localhost:8443'])(
  '%s is this computer, so nobody is asked',
  async (url) => {
    const { added, handlers } = open()
    await handlers['targets:add']({ url: TargetUrl.parse(url) })
    expect(added).toEqual([url])
  },
)

test.each([
  ['http://example.com:81/x', 'example.com:81'],
  ['http://localhost.example.com', 'localhost.example.com'],
  ['http://127.0.0.1.example.com', '127.0.0.1.example.com'],
  ['http://0.0.0.0:3000', '0.0.0.0:3000'],
  ['http://192.168.1.4', '192.168.1.4'],
  // Whatever a parser makes of odd spellings is what is asked about.
  ['http://2130706433/', '127.0.0.1'],
  ['http://127.0.0.1\\.example.com/', '127.0.0.1'],
])('%s is asked about once, as %s, and remembered', async (url, host) => {
  const { added, handlers, settings } = open()
  const add = (confirmedHost?: string) => async () => handlers['targets:add']({ url, confirmedHost })
  await expect(add()()).rejects.toMatchObject({ error: { code: 'not-allowed', field: 'confirmedHost' } })
  await expect(add('other.example')()).rejects.toMatchObject({ error: { code: 'not-allowed' } })
  expect(added).toEqual([])
  await add(host)()
  await add()()
  expect(added).toEqual([url, url])
  expect(settings.current().allowedHosts).toEqual([host])
})

test.each(['http://127.0.0.300:3000', 'http://127.999.1.1', 'http://[1:2]:3000', 'http://a%zz/'])(
  '%s can be nobody and is refused with the field at fault',
  async (url) => {
    const { added, handlers } = open()
    await expect(async () => handlers['targets:add']({ url: TargetUrl.parse(url) })).rejects.toMatchObject({
      error: { code: 'bad-input', field: 'url' },
    })
    await expect(async () => handlers['targets:update']({ id: 1 as never, url })).rejects.toMatchObject({
      error: { code: 'bad-input', field: 'url' },
    })
    expect(added).toEqual([])
  },
)
