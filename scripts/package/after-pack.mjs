import { rm } from 'node:fs/promises'
import { join } from 'node:path'

/** What an unpacked Electron may bring and no package needs: the app that `electron <folder>` runs, and another product's address of updates. */
const NEEDLESS = ['default_app.asar', 'app-update.yml']

/**
 * electron-builder cleans up only after an Electron that it unpacked itself.
 * @param {import('electron-builder').AfterPackContext} context
 */
export async function afterPack({ appOutDir, packager }) {
  const resources = packager.getResourcesDir(appOutDir)
  await Promise.all(NEEDLESS.map((name) => rm(join(resources, name), { force: true })))
}
