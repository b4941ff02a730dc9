import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const SCRIPTS = fileURLToPath(new URL('../../../scripts/', import.meta.url))
const STATIC_IMPORT = /^(?:import|export)\s(?:[^'"]*\sfrom\s)?['"]([^'"]+)['"]/gm

test('scripts load nothing of npm before they have set it up, as a fresh clone has no packages yet', async () => {
  const files = (await readdir(SCRIPTS, { recursive: true })).filter((name) => name.endsWith('.mjs'))
  const foreign: string[] = []
  for (const name of files) {
    const text = await readFile(`${SCRIPTS}${name}`, 'utf8')
    for (const [, wanted = ''] of text.matchAll(STATIC_IMPORT)) {
      if (!wanted.startsWith('.') && !wanted.startsWith('node:')) foreign.push(`${name}: ${wanted}`)
    }
  }
  expect(files).toContain('test.mjs')
  expect(foreign).toEqual([])
})
