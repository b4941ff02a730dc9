import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { RELAY_SOURCE, type RelayProgram } from './relay.ts'

const CONFIGURATION = new URL('../vite.cli.config.ts', import.meta.url)
/** Where better-sqlite3, which no bundle can hold, is found from. */
const PLACE = new URL('../node_modules/.cache/creel/bench-relay/', import.meta.url)

/**
 * Puts the relay's program into few files, as it is shipped, and beside it what tells the bench of its memory: to run sources, Node loads a compiler
 * that takes memory of its own.
 */
export async function bundleRelay(): Promise<RelayProgram> {
  await build({
    configFile: fileURLToPath(CONFIGURATION),
    logLevel: 'warn',
    build: {
      rollupOptions: { input: { reporter: fileURLToPath(RELAY_SOURCE.reporter) } },
      outDir: fileURLToPath(PLACE),
    },
  })
  return { main: new URL('creel.js', PLACE), reporter: new URL('reporter.js', PLACE) }
}
