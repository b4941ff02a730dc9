import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished, expect, test } from 'vitest'
import { unzipSome } from '../../../scripts/setup/unzip.mjs'
import { zip } from '../../helpers/zip.ts'

async function archiveWith(files: Record<string, string>) {
  const folder = await mkdtemp(join(tmpdir(), 'creel-unzip-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'a.zip'), zip(files))
  return { archive: join(folder, 'a.zip'), out: join(folder, 'out') }
}

test('only the chosen files are unpacked, under the names they are given', async () => {
  const { archive, out } = await archiveWith({ 'App/App': 'binary', 'App/empty': '', 'App/resources/app/big': 'x' })
  await unzipSome(archive, out, (name) => (name.includes('/resources/') ? undefined : name.replace('App/', '')))
  expect((await readdir(out)).toSorted()).toEqual(['App', 'empty'])
  expect(await readFile(join(out, 'App'), 'utf8')).toBe('binary')
  expect((await stat(join(out, 'App'))).mode & 0o100).toBe(0o100)
})

test('an archive cannot write outside its folder', async () => {
  const { archive, out } = await archiveWith({ '../evil': 'x' })
  await expect(unzipSome(archive, out, (name) => name)).rejects.toThrow('outside its folder')
})

test('what is no zip archive is refused', async () => {
  const { archive, out } = await archiveWith({})
  await writeFile(archive, 'not a zip archive, but long enough to be one')
  await expect(unzipSome(archive, out, (name) => name)).rejects.toThrow('not a zip archive')
})
