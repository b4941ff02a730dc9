import { BrowserWindow, nativeTheme, screen, type WebFrameMain } from 'electron'
import type { AppSettings } from '../../protocol/settings.ts'
import type { SettingsStore, WindowBounds } from '../settings-store.ts'
import { PAGE_URL } from './scheme.ts'

export type MainWindow = {
  /** Opens the window, or brings the open one to the front. Resolves when its page can be told things; null when it was closed before that. */
  show(): Promise<BrowserWindow | null>
  current(): BrowserWindow | null
  isOurPage(frame: WebFrameMain | null): boolean
  /** Closes it as a person does, so that its page can send what was typed last. Resolves once it is gone. */
  close(): Promise<void>
}

const FIRST_SIZE = { width: 1280, height: 800, isMaximized: false }
/** So long a page may take to go. */
const GONE_WITHIN_MS = 1_000
const LEAST = { minWidth: 960, minHeight: 600 }
/** `--bg-window` of tokens.css, so that nothing flashes before the page is drawn. */
const BACKGROUND = { light: '#f3f5f5', dark: '#14181a' }

/** Keeps at most one window. Closing destroys it: hidden it would keep 64 MB, and a new one takes a moment. */
export function createMainWindow(options: {
  /** Called once, before there is any page. */
  readonly beforeFirst: () => void
  readonly preload: string
  readonly icon: string
  readonly settings: SettingsStore
  readonly allowDevTools: boolean
  /** Before anything of its page is loaded. Gives what is called once this window is gone. */
  readonly onOpening: () => () => void
  readonly onClosed: () => void
  readonly onProblem: (problem: unknown) => void
}): MainWindow {
  let window: BrowserWindow | null = null
  let opening: Promise<BrowserWindow | null> | null = null
  let isFirst = true

  async function open(): Promise<BrowserWindow | null> {
    if (isFirst) options.beforeFirst()
    isFirst = false
    const bounds = visibleBounds(options.settings.bounds() ?? FIRST_SIZE)
    const { isMaximized, ...place } = bounds
    const opened = new BrowserWindow({
      ...place,
      ...LEAST,
      show: false,
      title: 'Creel',
      icon: options.icon,
      autoHideMenuBar: true,
      backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
      webPreferences: {
        preload: options.preload,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webviewTag: false,
        spellcheck: false,
        devTools: options.allowDevTools,
      },
    })
    window = opened
    const end = options.onOpening()
    guardPage(opened)
    let isClosing = false
    opened.on('close', () => {
      isClosing = true
      options.settings.saveBounds(readBounds(opened)).catch(options.onProblem)
    })
    opened.on('closed', () => {
      if (window === opened) window = null
      end()
      options.onClosed()
    })
    if (isMaximized) opened.maximize()
    opened.once('ready-to-show', () => opened.show())
    try {
      await opened.loadURL(PAGE_URL)
    } catch (problem) {
      // Closing the window while it loads ends the loading, too: nothing went wrong.
      if (isClosing || opened.isDestroyed()) return null
      throw problem
    }
    // One that gets another size while it loads is never ready to show.
    if (!opened.isDestroyed() && !opened.isVisible()) opened.show()
    return opened
  }

  /** A window is destroyed a moment before it says that it is closed. */
  function current(): BrowserWindow | null {
    return window === null || window.isDestroyed() ? null : window
  }

  return {
    async show() {
      const shown = current()
      if (shown !== null && opening === null) {
        if (shown.isMinimized()) shown.restore()
        shown.show()
        shown.focus()
        return shown
      }
      if (opening !== null && shown === null) {
        const opened = await opening
        // Closed while it opened: whoever asks since then wants another.
        if (opened !== null) return opened
      }
      opening ??= open().finally(() => {
        opening = null
      })
      return opening
    },
    current,
    async close() {
      const shown = current()
      if (shown === null) return
      await new Promise<void>((resolve) => {
        const late = setTimeout(() => {
          if (!shown.isDestroyed()) shown.destroy()
        }, GONE_WITHIN_MS)
        shown.once('closed', () => {
          clearTimeout(late)
          resolve()
        })
        shown.close()
      })
    },
    isOurPage: (frame) => {
      return frame !== null && frame === current()?.webContents.mainFrame && frame.url.startsWith(PAGE_URL)
    },
  }
}

export function applyTheme(theme: AppSettings['theme']): void {
  nativeTheme.themeSource = theme
}

/** No navigation, no other windows, no embedded guests: the page is the app, and what it shows is hostile. */
function guardPage(window: BrowserWindow): void {
  const page = window.webContents
  page.setWindowOpenHandler(() => ({ action: 'deny' }))
  page.on('will-navigate', (event) => event.preventDefault())
  page.on('will-frame-navigate', (event) => event.preventDefault())
  page.on('will-redirect', (event) => event.preventDefault())
  page.on('will-attach-webview', (event) => event.preventDefault())
}

function readBounds(window: BrowserWindow): WindowBounds {
  return { ...window.getNormalBounds(), isMaximized: window.isMaximized() }
}

/** A window that would open on a screen that is gone is opened where the system puts it. */
function visibleBounds(bounds: WindowBounds): WindowBounds {
  const { x, y, ...size } = bounds
  if (x === undefined || y === undefined) return size
  const { workArea } = screen.getDisplayMatching({ x, y, width: size.width, height: size.height })
  const isSeen =
    x < workArea.x + workArea.width - 80 &&
    x + size.width > workArea.x + 80 &&
    y >= workArea.y - 8 &&
    y < workArea.y + workArea.height - 40
  return isSeen ? bounds : size
}
