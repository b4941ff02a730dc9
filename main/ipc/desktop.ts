import type { DesktopFacts } from '../../protocol/ipc.ts'
import type { Handlers } from './answer.ts'

/** What only the desktop can do. */
export type DesktopPort = {
  facts(): DesktopFacts
  /** @throws AppFailure `conflict` with a sentence where it cannot be switched. */
  setLaunchAtLogin(on: boolean): void
  /** In the system's file manager. */
  show(what: 'data' | 'log'): void
  diagnostics(): Promise<string>
}

type DesktopHandlers = Pick<
  Handlers,
  'desktop:facts' | 'desktop:launch-at-login' | 'desktop:show' | 'desktop:diagnostics'
>

export function createDesktopHandlers(desktop: DesktopPort): DesktopHandlers {
  return {
    'desktop:facts': () => desktop.facts(),
    'desktop:launch-at-login': ({ on }) => {
      desktop.setLaunchAtLogin(on)
      return desktop.facts()
    },
    'desktop:show': ({ what }) => {
      desktop.show(what)
      return null
    },
    'desktop:diagnostics': async () => ({ text: await desktop.diagnostics() }),
  }
}
