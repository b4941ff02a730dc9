import { join } from 'node:path'
import { Menu, nativeImage, nativeTheme, Tray, type MenuItemConstructorOptions, type NativeImage } from 'electron'
import {
  buildTrayMenu,
  chooseTrayIcon,
  describeStatus,
  type TrayAction,
  type TrayEntry,
  type TrayIcon,
  type TrayState,
} from '../tray-menu.ts'

export type CreelTray = {
  /** Draws icon, tooltip and menu anew, where they differ from what stands there. */
  update(state: TrayState): void
  destroy(): void
}

/**
 * The icon in the tray or menu bar. On Linux a menu that was handed over cannot be changed in place, so it is replaced, and only when its words
 * changed: replacing closes a menu that somebody has open.
 */
export function createTray(options: {
  /** Folder with the icons. */
  readonly assets: string
  readonly act: (action: TrayAction) => void
}): CreelTray {
  let icon: TrayIcon = 'reconnecting'
  let drawn = ''
  const tray = new Tray(loadIcon(options.assets, icon))
  tray.setToolTip('Creel')
  tray.on('click', () => {
    // macOS opens the menu on a click by itself.
    if (process.platform !== 'darwin') options.act({ kind: 'open' })
  })

  function redrawIcon(): void {
    tray.setImage(loadIcon(options.assets, icon))
  }
  nativeTheme.on('updated', redrawIcon)

  function toTemplate(entry: TrayEntry): MenuItemConstructorOptions {
    switch (entry.type) {
      case 'line':
        return { type: 'separator' }
      case 'text':
        return { label: entry.label, enabled: false }
      case 'action':
        return { label: entry.label, click: () => options.act(entry.action) }
      case 'check':
        return { type: 'checkbox', label: entry.label, checked: entry.checked, click: () => options.act(entry.action) }
      case 'menu':
        return { label: entry.label, submenu: entry.entries.map(toTemplate) }
    }
  }

  function draw(state: TrayState): void {
    const nextIcon = chooseTrayIcon(state)
    if (nextIcon !== icon) {
      icon = nextIcon
      redrawIcon()
    }
    const entries = buildTrayMenu(state)
    const words = JSON.stringify(entries)
    if (words === drawn) return
    drawn = words
    tray.setToolTip(`Creel: ${describeStatus(state)}`)
    tray.setContextMenu(Menu.buildFromTemplate(entries.map(toTemplate)))
  }

  return {
    update(state) {
      // Electron takes its trays down by itself at an end that nobody announced, such as the session's, and amid a drawing, too.
      if (tray.isDestroyed()) return
      try {
        draw(state)
      } catch (problem) {
        if (!tray.isDestroyed()) throw problem
      }
    },
    destroy() {
      nativeTheme.off('updated', redrawIcon)
      tray.destroy()
    },
  }
}

function loadIcon(assets: string, icon: TrayIcon): NativeImage {
  if (process.platform === 'darwin') {
    const image = nativeImage.createFromPath(join(assets, 'tray', `${icon}Template.png`))
    image.setTemplateImage(true)
    return image
  }
  return nativeImage.createFromPath(join(assets, 'tray', `${icon}-${isPanelDark() ? 'white' : 'black'}.png`))
}

/** GNOME's panel is dark in both themes; elsewhere the panel follows the system's theme. */
function isPanelDark(): boolean {
  const desktop = process.env['XDG_CURRENT_DESKTOP'] ?? ''
  return /gnome|unity/i.test(desktop) || nativeTheme.shouldUseDarkColors
}
