import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync, writeSync, openSync, closeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished, type TestContext } from 'vitest'

/** A disk of its own that is small enough to be full. */
export type SmallDisk = {
  readonly folder: string
  /** Takes all space but so many bytes; other files keep what they have. */
  fill(leaveBytes?: number): void
  /** Gives back what `fill` took. */
  free(): void
  /** Nothing on it can be written, by nobody. Only while no file on it is open for writing. */
  readOnly(isReadOnly: boolean): void
  /** Bytes that can still be written. */
  room(): number
}

const BLOCK = new Uint8Array(4096)
/** Programs of the system. */
const MOUNT = 'mount'
const UNMOUNT = 'umount'

/** Mounts one, until the test ends. Where mounting is not allowed the test is skipped, and says why. */
export function mountSmallDisk(context: TestContext, mib: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'creel-small-disk-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const mounted = spawnSync(MOUNT, ['-t', 'tmpfs', '-o', `size=${mib}m,mode=700`, 'creel-small-disk', folder])
  if (mounted.status !== 0) {
    const why = mounted.error?.message ?? mounted.stderr.toString().trim()
    process.stdout.write(`[proof] skipped "${context.task.name}": no small disk can be mounted here (${why})\n`)
    context.skip(`no small disk can be mounted here: ${why}`)
  }
  onTestFinished(() => {
    // Lazily: what is still open in it is let go of when it closes.
    spawnSync(UNMOUNT, ['--lazy', folder])
  })
  const ballast = join(folder, '.ballast')
  const room = (): number => {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  }
  return {
    folder,
    room,
    fill(leaveBytes = 0) {
      const file = openSync(ballast, 'a', 0o600)
      try {
        while (room() > leaveBytes) writeSync(file, BLOCK)
      } finally {
        closeSync(file)
      }
    },
    readOnly(isReadOnly) {
      const done = spawnSync(MOUNT, ['-o', `remount,${isReadOnly ? 'ro' : 'rw'}`, folder])
      if (done.status !== 0) throw new Error(`The small disk could not be mounted anew: ${done.stderr.toString()}`)
    },
    free: () => rmSync(ballast, { force: true }),
  }
}
