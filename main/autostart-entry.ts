import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** What starts a program at login on Linux: a file in the desktop's autostart folder. */
export type AutostartEntry = {
  /** False also where the desktop's own settings have switched it off. */
  isOn(): boolean
  /** @throws what the file system says. */
  set(on: boolean): void
}

export function createAutostartEntry(options: {
  readonly file: string
  readonly name: string
  /** Program and arguments. */
  readonly command: readonly string[]
}): AutostartEntry {
  const { file, name, command } = options
  return {
    isOn() {
      if (!existsSync(file)) return false
      const lines = readFileSync(file, 'utf8').split(/\r?\n/)
      return !lines.includes('Hidden=true') && !lines.includes('X-GNOME-Autostart-enabled=false')
    },
    set(on) {
      if (!on) {
        rmSync(file, { force: true })
        return
      }
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, describeEntry(name, command))
    },
  }
}

function describeEntry(name: string, command: readonly string[]): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    `Name=${name}`,
    'Comment=Catches webhooks and forwards them to local ports',
    `Exec=${command.map(quoteForExec).join(' ')}`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n')
}

/** A word of `Exec`, by the Desktop Entry Specification: quoted, then escaped once more as a value of the file. */
export function quoteForExec(word: string): string {
  const percent = word.replaceAll('%', '%%')
  if (/^[\w@%+=:,./-]+$/.test(word)) return percent
  return `"${percent.replaceAll(/["`$\\]/g, String.raw`\$&`)}"`.replaceAll('\\', '\\\\')
}
