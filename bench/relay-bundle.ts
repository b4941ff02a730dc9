import { fileURLToPath } from 'node:url'
import { build } from 'vite'

/** Where better-sqlite3, which no bundle can hold, is found from. */
const PLACE = new URL('../node_modules/.cache/creel/bench-relay/', import.meta.url)

/** Puts the relay's program into few files, as it is shipped: sources cost memory that nobody has who installs it. */
export async function bundleRelay(): Promise<URL> {
  await build({
    configFile: false,
    root: fileURLToPath(new URL('..', import.meta.url)),
    logLevel: 'warn',
    ssr: { noExternal: true, external: ['better-sqlite3', 'bufferutil', 'utf-8-validate'] },
    build: {
      ssr: fileURLToPath(new URL('../cli/main.ts', import.meta.url)),
      outDir: fileURLToPath(PLACE),
      emptyOutDir: true,
      target: 'node20',
    },
  })
  return new URL('main.js', PLACE)
}
