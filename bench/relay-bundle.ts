import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { RELAY_SOURCE, type RelayProgram } from './relay.ts'

/** Where better-sqlite3, which no bundle can hold, is found from. */
const PLACE = new URL('../node_modules/.cache/creel/bench-relay/', import.meta.url)

/**
 * Puts the relay's program into few files, as it is shipped, and beside it what tells the bench of its memory: to run sources, Node loads a compiler
 * that takes memory of its own.
 */
export async function bundleRelay(): Promise<RelayProgram> {
  await build({
    configFile: false,
    root: fileURLToPath(new URL('..', import.meta.url)),
    logLevel: 'warn',
    ssr: { noExternal: true, external: ['better-sqlite3', 'bufferutil', 'utf-8-validate'] },
    build: {
      ssr: true,
      rollupOptions: {
        input: { main: fileURLToPath(RELAY_SOURCE.main), reporter: fileURLToPath(RELAY_SOURCE.reporter) },
      },
      outDir: fileURLToPath(PLACE),
      emptyOutDir: true,
      target: 'node20',
    },
  })
  return { main: new URL('main.js', PLACE), reporter: new URL('reporter.js', PLACE) }
}
