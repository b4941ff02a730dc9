import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

/** The command `creel` in few files, as the npm package and the container carry it: nothing of node_modules but the database is needed beside it. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  ssr: { noExternal: true, external: ['better-sqlite3', 'bufferutil', 'utf-8-validate'] },
  build: {
    ssr: true,
    rollupOptions: { input: { creel: 'cli/main.ts' } },
    outDir: 'dist/cli',
    emptyOutDir: true,
    target: 'node20',
  },
})
