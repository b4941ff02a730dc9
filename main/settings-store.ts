import type { z } from 'zod'
import { AppSettings, ViewState } from '../protocol/settings.ts'
import type { HistoryConfig } from '../core/history/history.ts'
import { withoutUndefined } from './defined.ts'

/** Where the window stood when it was last closed. Screen px. */
export type WindowBounds = {
  readonly x?: number
  readonly y?: number
  readonly width: number
  readonly height: number
  readonly isMaximized: boolean
}

/** The person's settings and the window's state, read once and written through. */
export type SettingsStore = {
  current(): AppSettings
  /** They are in effect once they are stored; what cannot be stored changes nothing. */
  save(change: { [K in keyof AppSettings]?: AppSettings[K] | undefined }): Promise<AppSettings>
  view(): ViewState
  saveView(view: ViewState): Promise<void>
  bounds(): WindowBounds | null
  saveBounds(bounds: WindowBounds): Promise<void>
}

export async function openSettings(config: HistoryConfig): Promise<SettingsStore> {
  let settings = AppSettings.parse(fieldsOf(AppSettings.shape, await config.setting('app')))
  let view = ViewState.parse(fieldsOf(ViewState.shape, await config.setting('view')))
  let bounds = readBounds(await config.setting('window'))

  let saving: Promise<unknown> = Promise.resolve()

  async function saveNow(change: Parameters<SettingsStore['save']>[0]): Promise<AppSettings> {
    const next = AppSettings.parse({ ...settings, ...withoutUndefined(change) })
    await config.setSetting('app', next)
    settings = next
    return next
  }

  return {
    current: () => settings,
    save(change) {
      // One after the other: two changes at once would each undo the other's.
      const saved = saving.then(() => saveNow(change))
      saving = saved.catch(() => undefined)
      return saved
    },
    view: () => view,
    async saveView(next) {
      view = next
      await config.setSetting('view', next)
    },
    bounds: () => bounds,
    async saveBounds(next) {
      bounds = next
      await config.setSetting('window', next)
    },
  }
}

/**
 * What is stored, without the fields that another version wrote differently, or a fault left: those have their defaults, instead of keeping the app from
 * starting or taking all others along.
 */
function fieldsOf(shape: Readonly<Record<string, z.ZodType>>, stored: unknown): Record<string, unknown> {
  if (typeof stored !== 'object' || stored === null) return {}
  return Object.fromEntries(Object.entries(stored).filter(([name, value]) => shape[name]?.safeParse(value).success))
}

function readBounds(stored: unknown): WindowBounds | null {
  if (typeof stored !== 'object' || stored === null) return null
  if (!('width' in stored) || !('height' in stored)) return null
  const { width, height } = stored
  if (typeof width !== 'number' || typeof height !== 'number') return null
  const place = 'x' in stored && 'y' in stored && typeof stored.x === 'number' && typeof stored.y === 'number'
  return {
    ...(place ? { x: Number(stored.x), y: Number(stored.y) } : {}),
    width,
    height,
    isMaximized: 'isMaximized' in stored && stored.isMaximized === true,
  }
}
