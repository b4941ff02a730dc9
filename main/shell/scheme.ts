import { protocol, type Session } from 'electron'

export const PAGE_URL = 'creel-app://app/'

/** Before the app is ready: makes `creel-app:` an origin of its own, with fetch and streams. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: 'creel-app',
      privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
    },
  ])
}

/** Serves the page, shuts every other way out of it, and denies all permissions. */
export function guardSession(session: Session, serve: (request: Request) => Promise<Response>): void {
  session.protocol.handle('creel-app', serve)
  session.setPermissionRequestHandler((_page, _permission, decide) => decide(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  // Only the app's own origin is ever loaded: the page shows what strangers sent.
  session.webRequest.onBeforeRequest((details, decide) => {
    const isOurs = details.url.startsWith('creel-app://app/') || details.url.startsWith('devtools://')
    const isInline = details.url.startsWith('data:') || details.url.startsWith('blob:')
    decide({ cancel: !isOurs && !isInline })
  })
}
