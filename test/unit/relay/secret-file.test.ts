import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readOrMakeSecret } from '../../../relay/secret-file.ts'

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'creel-secret-'))
  onTestFinished(() => rm(made, { recursive: true, force: true }))
  return made
}

test.skipIf(process.platform === 'win32')(
  'a secret is made once, 0600, in a folder of its own, and nothing else stays',
  async () => {
    const dir = join(await folder(), 'deep', 'er')
    const file = join(dir, 'secret')
    expect(await readOrMakeSecret(file, () => 'one')).toEqual({ text: 'one', isNew: true, isOpenToOthers: false })
    expect(await readOrMakeSecret(file, () => 'two')).toEqual({ text: 'one', isNew: false, isOpenToOthers: false })
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await stat(dir)).mode & 0o777).toBe(0o700)
    expect(await readdir(dir)).toEqual(['secret'])
  },
)

test('of many that make it at once all read the same', async () => {
  const file = join(await folder(), 'secret')
  let made = 0
  const all = await Promise.all(Array.from({ length: 20 }, () => readOrMakeSecret(file, () => String((made += 1)))))
  const text = (await readFile(file, 'utf8')).trim()
  expect(new Set(all.map((one) => one.text))).toEqual(new Set([text]))
})

test.skipIf(process.platform === 'win32')('a file that others can read is told', async () => {
  const file = join(await folder(), 'secret')
  await writeFile(file, 'x\n')
  await chmod(file, 0o644)
  expect(await readOrMakeSecret(file, () => 'y')).toEqual({ text: 'x', isNew: false, isOpenToOthers: true })
})
