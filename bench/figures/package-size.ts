import { readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readElectronFacts } from '../app.ts'
import { buildApp } from '../build-app.ts'
import type { Context } from '../context.ts'
import { MARKS } from '../marks.ts'
import type { Row } from '../row.ts'

const MB = 1_000_000

/** What the packaged app weighs on the disk, and what of it is ours. */
export async function measurePackageSize(context: Context): Promise<readonly Row[]> {
  const { folder } = await buildApp(context)
  const { electron } = readElectronFacts()
  const files = sizes(folder)
  const ours = files.filter(({ path }) => /\bapp\.asar(\.unpacked\b.*)?$/.test(path))
  const common = { unit: 'MB', mark: MARKS.shown } as const
  const [all, bare, own] = [total(files), total(sizes(dirname(electron.executable))), total(ours)]
  return [
    {
      ...common,
      figure: 'package: the folder that runs',
      baseline: { name: 'Electron as it comes', value: bare },
      ours: all,
      ratio: all / bare,
      notes: [
        `Electron ${electron.version}, ${electron.kind}; without the words of Chromium in languages that Creel does not speak`,
      ],
    },
    { ...common, figure: 'package: of that Creel itself', baseline: null, ours: own, ratio: null, notes: [] },
  ]
}

function sizes(folder: string): readonly { readonly path: string; readonly bytes: number }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, bytes: statSync(path).size }))
}

function total(files: readonly { readonly bytes: number }[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0) / MB
}
