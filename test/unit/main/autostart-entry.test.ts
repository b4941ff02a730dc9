import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createAutostartEntry, quoteForExec } from '../../../main/autostart-entry.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'creel-autostart-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe("the desktop's entry for launching at login", () => {
  it('is made with its folder, found again, and removed', () => {
    const file = join(folder, 'autostart/creel.desktop')
    const entry = createAutostartEntry({ file, name: 'Creel', command: ['/opt/My Apps/creel', '--hidden'] })
    expect(entry.isOn()).toBe(false)
    entry.set(true)
    expect(entry.isOn()).toBe(true)
    expect(readFileSync(file, 'utf8')).toContain('\nExec="/opt/My Apps/creel" --hidden\n')
    entry.set(false)
    entry.set(false)
    expect(entry.isOn()).toBe(false)
  })

  it.each(['Hidden=true', 'X-GNOME-Autostart-enabled=false'])('counts as off with %s', (line) => {
    const file = join(folder, 'creel.desktop')
    writeFileSync(file, `[Desktop Entry]\nType=Application\n${line}\n`)
    expect(createAutostartEntry({ file, name: 'Creel', command: ['creel'] }).isOn()).toBe(false)
  })

  it.each([
    ['/usr/bin/creel', '/usr/bin/creel'],
    ['100%', '100%%'],
    ['a b', '"a b"'],
    ['a"b', String.raw`"a\\"b"`],
    ['$HOME', String.raw`"\\$HOME"`],
    ['a\\b', String.raw`"a\\\\b"`],
  ])('writes %s as %s', (word, written) => {
    expect(quoteForExec(word)).toBe(written)
  })
})
