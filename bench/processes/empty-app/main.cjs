'use strict'

// The least that an app with a window and a tray is: what Creel's start and memory stand beside. --hidden: only the tray.

const { app, BrowserWindow, Tray } = require('electron')
const path = require('node:path')

/** Kept, or it would be collected and gone. */
let tray

app.on('window-all-closed', () => undefined)
void app.whenReady().then(() => {
  tray = new Tray(path.join(__dirname, '../../../assets/tray/connected-black.png'))
  tray.setToolTip('Empty')
  if (process.argv.includes('--hidden')) return
  const window = new BrowserWindow({
    width: 1280,
    height: 800,
    show: false,
    webPreferences: { sandbox: true, contextIsolation: true, spellcheck: false },
  })
  window.once('ready-to-show', () => window.show())
  void window.loadFile(path.join(__dirname, 'index.html'))
})
