import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { lockMismatch, missingOptionals, packagesWithAddress } from '../../../scripts/setup/lock-file.mjs'

async function readJson(name: string) {
  return JSON.parse(await readFile(new URL(`../../../${name}`, import.meta.url), 'utf8'))
}

describe('the lock file of the project', () => {
  test('names no registry, so that it installs from any', async () => {
    const text = await readFile(new URL('../../../package-lock.json', import.meta.url), 'utf8')
    expect(packagesWithAddress(JSON.parse(text))).toEqual([])
    expect(text).not.toMatch(/"resolved"/)
    expect(await readFile(new URL('../../../.npmrc', import.meta.url), 'utf8')).toContain(
      'omit-lockfile-registry-resolved=true',
    )
  })

  test('holds the builds of every platform, so that it installs on each', async () => {
    expect(missingOptionals(await readJson('package-lock.json'))).toEqual([])
  })

  test('holds no package whose install script has not been decided about', async () => {
    const { packages } = await readJson('package-lock.json')
    const { allowScripts } = await readJson('package.json')
    const withScript = Object.keys(packages).filter((path) => packages[path].hasInstallScript)
    const names = withScript.map((path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length))
    expect(Object.keys(allowScripts).toSorted()).toEqual(names.toSorted())
  })

  test('pins exact versions, as package.json does', async () => {
    const { dependencies, devDependencies } = await readJson('package.json')
    for (const version of Object.values({ ...dependencies, ...devDependencies }))
      expect(version).toMatch(/^\d+\.\d+\.\d+$/)
  })
})

describe('missingOptionals', () => {
  test('looks a package up where Node would: beside its parent, then above', () => {
    const lock = {
      packages: {
        'node_modules/a': { optionalDependencies: { 'a-linux': '1', 'a-mac': '1', 'a-win': '1' } },
        'node_modules/a/node_modules/a-linux': {},
        'node_modules/a-mac': {},
      },
    }
    expect(missingOptionals(lock)).toEqual(['node_modules/a -> a-win'])
  })
})

describe('lockMismatch', () => {
  const lock = {
    packages: {
      '': {},
      'node_modules/a': { version: '1.0.0' },
      'node_modules/b': { version: '2.0.0', optional: true },
    },
  }

  test.each([
    [
      'the same packages',
      { 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '2.0.0' } },
      undefined,
    ],
    ['an optional package left out', { 'node_modules/a': { version: '1.0.0' } }, undefined],
    ['a missing package', { 'node_modules/b': { version: '2.0.0' } }, 'node_modules/a'],
    ['another version', { 'node_modules/a': { version: '1.0.1' } }, 'node_modules/a'],
    ['a package too many', { 'node_modules/a': { version: '1.0.0' }, 'node_modules/c': {} }, 'node_modules/c'],
  ])('%s', (_title, packages, mismatch) => {
    expect(lockMismatch(lock, { packages })).toBe(mismatch)
  })
})
