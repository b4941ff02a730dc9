import { execFile } from 'node:child_process'
import { readdir, readFile, readlink } from 'node:fs/promises'
import type { PortSystem } from './list-listening.ts'

const RUN_TIMEOUT_MS = 1900
const MOST_OUTPUT_BYTES = 4 * 1024 * 1024

/** The computer that this runs on. */
export function nodePortSystem(): PortSystem {
  return {
    platform: process.platform,
    run: runProgram,
    readFile: (path) => readFile(path, 'utf8'),
    readDirectory: (path) => readdir(path),
    readLink: (path) => readlink(path),
  }
}

function runProgram(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      program,
      [...args],
      { timeout: RUN_TIMEOUT_MS, maxBuffer: MOST_OUTPUT_BYTES, windowsHide: true, encoding: 'utf8' },
      (error, stdout) => {
        // lsof ends with 1 when nothing listens, or when it could not look at everything.
        if (error && !(typeof error.code === 'number' && error.code === 1)) reject(error)
        else resolve(stdout)
      },
    )
  })
}
