'use strict'

// What `electron <folder>` runs first, in an Electron that was shipped without its own default app.

const { app } = require('electron')
const { readFileSync } = require('node:fs')
const path = require('node:path')

const preloads = []
let folder
const args = process.argv.slice(1)
while (folder === undefined && args.length > 0) {
  const word = args.shift()
  if (word === '-r' || word === '--require') preloads.push(path.resolve(args.shift()))
  else if (!word.startsWith('-')) folder = path.resolve(word)
}

try {
  for (const file of preloads) require(file)
  if (folder === undefined) throw new Error('no app was given')
  const about = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
  app.setAppPath(folder)
  app.setName(about.productName ?? about.name)
  app.setVersion(about.version)
  // Synchronously: an asynchronous import would let `ready` come first, when privileged schemes can no longer be registered.
  require(path.join(folder, about.main))
} catch (error) {
  // Uncaught, Electron would show it in a dialog that nobody sees where there is no display.
  process.stderr.write(`${error.stack}\n`)
  app.exit(1)
}
