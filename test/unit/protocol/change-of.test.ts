import { describe, expect, it } from 'vitest'
import { commands } from '../../../protocol/ipc.ts'
import { AppSettings, SettingsChange } from '../../../protocol/settings.ts'
import { TargetOptionsChange } from '../../../protocol/target.ts'

describe('a change of settings', () => {
  it('speaks of nothing but what it names', () => {
    expect(SettingsChange.parse({ theme: 'dark' })).toEqual({ theme: 'dark' })
    expect(TargetOptionsChange.parse({ keepHost: true })).toEqual({ keepHost: true })
    expect(commands['app:save-settings'].input.parse({})).toEqual({})
  })

  it('leaves the others of the whole as they were', () => {
    const before = AppSettings.parse({ allowedHosts: ['staging.example.com'], markResends: false, welcomed: true })
    expect(AppSettings.parse({ ...before, ...SettingsChange.parse({ theme: 'light' }) })).toEqual({
      ...before,
      theme: 'light',
    })
  })

  it('is held to the same rules, and to names that there are', () => {
    expect(SettingsChange.safeParse({ theme: 'pink' }).error?.issues[0]?.path).toEqual(['theme'])
    expect(SettingsChange.safeParse({ thema: 'dark' }).success).toBe(false)
    expect(TargetOptionsChange.safeParse({ inFlight: 0 }).success).toBe(false)
  })
})
