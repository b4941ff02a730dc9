import { app } from 'electron'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { AppFailure } from '../../protocol/app-error.ts'
import { createAutostartEntry } from '../autostart-entry.ts'

/** Whether the system starts Creel at login, in the tray and without a window. The system remembers it, not Creel. */
export type LoginItem = {
  isOn(): boolean
  /** Why it cannot be switched here; null = it can. */
  readonly reason: string | null
  set(on: boolean): void
}

export function createLoginItem(profile: string | null): LoginItem {
  // From a checkout Electron runs the folder that it is given.
  const program = app.isPackaged ? [process.env['APPIMAGE'] ?? process.execPath] : [process.execPath, app.getAppPath()]
  const options = ['--hidden', ...(profile === null ? [] : ['--profile', profile])]
  if (process.platform === 'linux') {
    const entry = createAutostartEntry({
      file: join(configFolder(), 'autostart', profile === null ? 'creel.desktop' : `creel-${profile}.desktop`),
      name: profile === null ? 'Creel' : `Creel, ${profile}`,
      command: [...program, ...options],
    })
    return { ...entry, reason: null }
  }
  if (process.platform === 'darwin') {
    // macOS passes no arguments to what it starts at login, so that it is hidden is told from how it was started.
    const reason = profile === null ? null : 'macOS can start only the installation without a profile name at login.'
    return {
      reason,
      isOn: () => reason === null && app.getLoginItemSettings().openAtLogin,
      set(on) {
        refuse(reason)
        app.setLoginItemSettings({ openAtLogin: on })
      },
    }
  }
  const [path = process.execPath, ...first] = program
  const item = { path, args: [...first, ...options], name: profile === null ? 'Creel' : `Creel ${profile}` }
  return {
    reason: null,
    isOn: () => app.getLoginItemSettings(item).openAtLogin,
    set: (on) => app.setLoginItemSettings({ ...item, openAtLogin: on }),
  }
}

/** Whether macOS started this at login. Elsewhere an argument says so. */
export function wasStartedAtLogin(): boolean {
  return process.platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin
}

function refuse(reason: string | null): void {
  if (reason !== null) throw new AppFailure({ code: 'conflict', message: reason })
}

function configFolder(): string {
  const wanted = process.env['XDG_CONFIG_HOME']
  return wanted === undefined || wanted === '' ? join(homedir(), '.config') : wanted
}
