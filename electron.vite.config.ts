import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import type { Plugin } from 'vite'

/** Native or provided by Electron itself; everything else is bundled, so that `out/` needs no node_modules but these. */
const external = ['electron', 'better-sqlite3', 'bufferutil', 'utf-8-validate']

/**
 * What is loaded at every start is read and kept as text: without blanks and comments that is half. Names stay, so that a stack in the log can be
 * read.
 */
const output = { minify: { compress: true, mangle: false, codegen: true } } as const

/**
 * Writes what lies beyond Latin-1 as escapes. V8 keeps the text of all that is loaded, and a single such letter makes it take two bytes for each. All
 * stand in strings and patterns, where an escape means the same; only the raw text of a template would be changed by it.
 */
const inOneByte: Plugin = {
  name: 'in-one-byte',
  generateBundle(_options, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type !== 'chunk') continue
      if (/String\.raw`[^`]*[^\0-\xff]/.test(file.code)) this.error(`${file.fileName} has a letter in String.raw.`)
      file.code = file.code.replace(/[^\0-\xff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    }
  },
}

/** Targets are those of the oldest runtime that runs the app, set by hand: electron-vite would take the installed Electron's. */
export default defineConfig({
  main: {
    plugins: [inOneByte],
    build: {
      target: 'node20',
      externalizeDeps: false,
      lib: { entry: 'main/index.ts', formats: ['cjs'], fileName: () => 'index.cjs' },
      rollupOptions: { external, output },
      outDir: 'out/main',
    },
  },
  preload: {
    build: {
      target: 'node20',
      externalizeDeps: false,
      lib: { entry: 'preload/index.ts', formats: ['cjs'], fileName: () => 'index.cjs' },
      rollupOptions: { external: ['electron'] },
      outDir: 'out/preload',
    },
  },
  renderer: {
    root: 'renderer',
    plugins: [react()],
    worker: { format: 'es' },
    build: {
      target: 'chrome130',
      minify: true,
      // Of a download's size: the page is read from the disk.
      chunkSizeWarningLimit: 4_000,
      rollupOptions: { input: 'renderer/index.html' },
      outDir: 'out/renderer',
    },
  },
})
