import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const configuration = readFileSync(new URL('../../../electron-builder.yml', import.meta.url), 'utf8')

test.each([
  ['runAsNode', false],
  ['enableNodeOptionsEnvironmentVariable', false],
  ['enableNodeCliInspectArguments', false],
  ['enableCookieEncryption', true],
  ['enableEmbeddedAsarIntegrityValidation', true],
  ['onlyLoadAppFromAsar', true],
])('a packaged app has the fuse %s set to %s', (fuse, value) => {
  expect(configuration).toMatch(new RegExp(`^  ${fuse}: ${value}$`, 'm'))
})
