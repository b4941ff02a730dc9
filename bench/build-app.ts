import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Context } from './context.ts'

const SCRIPT = fileURLToPath(new URL('../scripts/package.mjs', import.meta.url))

/** Where the packaged app is. */
export type BuiltApp = { readonly folder: string }

let building: Promise<BuiltApp> | null = null

/** Builds the app into out/ and packs that, once for all figures. */
export function buildApp(context: Context): Promise<BuiltApp> {
  building ??= build(context)
  return building
}

async function build(context: Context): Promise<BuiltApp> {
  context.say('the app is built and packed')
  const release = context.newFolder('package')
  await promisify(execFile)(process.execPath, [SCRIPT, '--dir', `--config.directories.output=${release}`])
  const name = readdirSync(release).find((one) => /^mac|-unpacked$/.test(one))
  if (name === undefined) throw new Error(`npm run package left no folder that runs in ${release}.`)
  return { folder: join(release, name) }
}
