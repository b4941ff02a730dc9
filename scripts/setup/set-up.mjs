import { installSystemPackages } from './debian.mjs'
import { installDependencies } from './dependencies.mjs'
import { prepareElectron } from './electron.mjs'
import { findNode24 } from './node24.mjs'
import { runtimeFacts, writeRuntimeFacts } from './runtime.mjs'
import { SetUpError } from './say.mjs'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

/** Node 24 and the dependencies: enough for everything without a window.
 * @returns {Promise<string>} the path of Node 24
 */
export async function setUpNode() {
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new SetUpError(
      `Creel's scripts need Node 20.19 or newer to begin; this is ${process.version}. What to do: install a newer Node.`,
    )
  }
  const node24 = await findNode24()
  await installDependencies(node24)
  return node24
}

/**
 * All that the app needs to run here.
 * @param {{ again?: boolean, display: boolean }} options display: Xvfb and a session bus as well
 * @returns {Promise<import('./runtime.mjs').RuntimeFacts>}
 */
export async function setUpApp({ again = false, display }) {
  const node24 = await setUpNode()
  await installSystemPackages({ display })
  const facts = runtimeFacts(node24, await prepareElectron(node24, { again }))
  await writeRuntimeFacts(facts)
  return facts
}
