import { execFile } from 'node:child_process'
import { readdir, readFile, readlink } from 'node:fs/promises'

/** What a look at the open ports needs of the system. */
export type PortSystem = {
  readonly platform: NodeJS.Platform
  /** Runs a program without a shell; gives what it wrote. Rejects when it cannot be run or takes too long. */
  readonly run: (program: string, args: readonly string[]) => Promise<string>
  readonly readFile: (path: string) => Promise<string>
  readonly readDirectory: (path: string) => Promise<readonly string[]>
  readonly readLink: (path: string) => Promise<string>
}

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
