'use strict'

// Loaded before an app's own main: tells the bench when a window is shown or gone, and does what the bench says on stdin.

const { app, BrowserWindow } = require('electron')

/** @param {string} what */
function tell(what) {
  process.stdout.write(`bench:${what}\n`)
}

app.on('browser-window-created', (_event, window) => {
  window.once('show', () => tell('shown'))
  window.once('closed', () => tell('closed'))
})
void app.whenReady().then(() => tell('ready'))

process.stdin.setEncoding('utf8').on('data', (text) => {
  for (const word of text.split('\n')) {
    if (word === 'close') for (const window of BrowserWindow.getAllWindows()) window.close()
    if (word === 'quit') app.quit()
  }
})
