import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROOT } from '../../scripts/setup/places.mjs'
import { run } from '../../scripts/setup/run.mjs'
import { RUNTIME_FILE } from '../../scripts/setup/runtime.mjs'
import { readRuntime } from '../helpers/runtime.ts'

const MAIN = join(ROOT, 'out/main')
const PROBE = join(ROOT, '.cache/runtime-probe')

type NodeRuntime = { readonly name: string; readonly command: string; readonly env: NodeJS.ProcessEnv }

/** Every runtime that is there: what the official Electron brings (Node 24), and the Electron that set-up found, as a Node without a window. */
function runtimes(): NodeRuntime[] {
  const found: NodeRuntime[] = [{ name: `Node ${process.versions.node}`, command: process.execPath, env: {} }]
  if (!existsSync(RUNTIME_FILE)) return found
  const { electron, env } = readRuntime()
  const name = `Electron ${electron.version} (${electron.kind})`
  return [...found, { name, command: electron.executable, env: { ...env, ELECTRON_RUN_AS_NODE: '1' } }]
}

/** Some modules of Node are listed with their prefix only. */
const bare = (name: string) => name.replace(/^node:/, '')

let dataDir: string

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'creel-runtimes-'))
  // Bundled as electron.vite.config.ts bundles main. In the checkout, so that the native addon's package is found.
  await build({
    configFile: false,
    root: ROOT,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: true,
      target: 'node20',
      outDir: PROBE,
      emptyOutDir: true,
      rollupOptions: {
        external: ['better-sqlite3', 'bufferutil', 'utf-8-validate'],
        input: {
          probe: join(ROOT, 'test/helpers/runtime-probe.ts'),
          reader: join(ROOT, 'core/history/reader.ts'),
          writer: join(ROOT, 'core/history/writer.ts'),
          relay: join(ROOT, 'relay/embedded/worker.ts'),
        },
        output: { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: '[name]-[hash].cjs' },
      },
    },
  })
}, 60_000)

afterAll(async () => {
  await rm(dataDir, { recursive: true, force: true })
  await rm(PROBE, { recursive: true, force: true })
})

describe.each(runtimes())('$name', ({ name, command, env }) => {
  test('opens a database with a write-ahead log and full text search', async () => {
    const script = `
      const Database = require('better-sqlite3')
      const db = new Database(process.argv[1], { nativeBinding: process.env.CREEL_SQLITE_BINDING })
      db.pragma('journal_mode = WAL')
      db.exec("CREATE VIRTUAL TABLE t USING fts5(x, tokenize = 'unicode61')")
      db.prepare('INSERT INTO t VALUES (?)').run('a webhook landed')
      console.log(db.prepare("SELECT count(*) AS n FROM t WHERE t MATCH 'webhook'").get().n)`
    const file = join(dataDir, `${command.length}.sqlite`)
    expect(await run(command, ['-e', script, file], { quiet: true, env })).toEqual({ code: 0, output: '1\n' })
  })

  test('takes a webhook from the embedded relay into the history', async () => {
    const folder = await mkdtemp(join(dataDir, 'profile-'))
    const { code, output } = await run(command, [join(PROBE, 'probe.cjs'), folder], {
      quiet: true,
      env,
      timeoutMs: 25_000,
    })
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('"status":200') })
    expect(JSON.parse(output.trim().split('\n').at(-1) ?? '')).toMatchObject({
      node: expect.stringMatching(name.startsWith('Electron 33') ? /^20\./ : /^\d+\./),
      received: [{ method: 'POST' }],
    })
  })

  test.skipIf(!existsSync(MAIN))('understands every file of the built main bundle', async () => {
    const files = readdirSync(MAIN, { recursive: true, encoding: 'utf8' }).filter((file) => /\.c?js$/.test(file))
    expect(files).toContain('index.cjs')
    for (const file of files) {
      expect(await run(command, ['--check', join(MAIN, file)], { quiet: true, env })).toEqual({ code: 0, output: '' })
    }
  })
})

test.skipIf(!existsSync(MAIN))('the built main bundle asks for nothing that is not beside it at run time', async () => {
  const provided = new Set([...builtinModules.map(bare), 'electron', 'better-sqlite3', 'bufferutil', 'utf-8-validate'])
  for (const file of readdirSync(MAIN, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.cjs'))) {
    const text = await readFile(join(MAIN, file), 'utf8')
    // Not those that stand in a string: ajv writes code with them.
    const asked = [...text.matchAll(/(?<!["'`])\brequire\("([^"./][^"]*)"\)/g)].map(([, name = '']) => bare(name))
    expect(
      asked.filter((name) => !provided.has(name)),
      file,
    ).toEqual([])
  }
})
