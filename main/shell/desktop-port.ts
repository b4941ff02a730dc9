import { open } from 'node:fs/promises'
import { arch, release } from 'node:os'
import { join } from 'node:path'
import { app, shell } from 'electron'
import { toHistoryStatus } from '../../core/engine/history-status.ts'
import { toCounts } from '../../core/engine/live-view.ts'
import { AppFailure } from '../../protocol/app-error.ts'
import { describeDiagnostics } from '../diagnostics.ts'
import type { DesktopPort } from '../ipc/desktop.ts'
import { toUsage } from '../ipc/keeping.ts'
import { logFile } from '../log.ts'
import type { Services } from '../services.ts'
import { keyring } from './keyring.ts'
import { createLoginItem } from './login-item.ts'

const LOG_LINES = 200
/** Enough for so many lines. */
const LOG_BYTES = 262_144

/** What the preferences show and switch of the desktop itself. */
export function createDesktopPort(options: {
  readonly services: Services
  readonly dataDir: string
  readonly version: string
  readonly profile: string | null
}): DesktopPort {
  const { services, dataDir, profile } = options
  const loginItem = createLoginItem(profile)
  const log = logFile(join(dataDir, 'logs'))
  return {
    facts: () => ({
      dataFolder: dataDir,
      logFile: log,
      launchAtLogin: { isOn: loginItem.isOn(), reason: loginItem.reason },
    }),
    setLaunchAtLogin(on) {
      try {
        loginItem.set(on)
      } catch (problem) {
        if (problem instanceof AppFailure) throw problem
        const why = problem instanceof Error ? problem.message : String(problem)
        throw new AppFailure({ code: 'conflict', message: `Launch at login could not be switched: ${why}` })
      }
    },
    show: (what) => shell.showItemInFolder(what === 'log' ? log : join(dataDir, 'history.sqlite')),
    async diagnostics() {
      const { engine, settings } = services
      return describeDiagnostics({
        now: Date.now(),
        versions: versions(options.version),
        hasKeyring: keyring.isAvailable(),
        profile: profile !== null,
        settings: settings.current(),
        counts: toCounts(engine.live.counts()),
        usage: toUsage(await engine.history.keeping.usage()),
        history: toHistoryStatus(engine.history.health()),
        forwarding: engine.forwarding(),
        embeddedRelay: services.relayStatus(),
        sources: engine.sources.all(),
        sourceStatuses: engine.sourceStatuses(),
        targets: engine.targets.all(),
        targetStatuses: engine.targets.statuses(),
        log: await lastLines(log),
      })
    },
  }
}

function versions(creel: string): Record<string, string> {
  const { electron, chrome, node } = process.versions
  const desktop = process.env['XDG_CURRENT_DESKTOP'] ?? ''
  return {
    Creel: creel,
    Electron: electron,
    Chromium: chrome,
    Node: node,
    system: `${process.platform} ${release()} ${arch()}`,
    ...(desktop === '' ? {} : { desktop: `${desktop} ${process.env['XDG_SESSION_TYPE'] ?? ''}`.trim() }),
    packaged: String(app.isPackaged),
  }
}

async function lastLines(file: string): Promise<readonly string[]> {
  const opened = await open(file)
  try {
    const { size } = await opened.stat()
    const from = Math.max(0, size - LOG_BYTES)
    const { buffer, bytesRead } = await opened.read(Buffer.alloc(size - from), 0, size - from, from)
    const lines = buffer.subarray(0, bytesRead).toString().split('\n')
    // The first may have lost its beginning.
    if (from > 0) lines.shift()
    return lines.filter((line) => line !== '').slice(-LOG_LINES)
  } finally {
    await opened.close()
  }
}
