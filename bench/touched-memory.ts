import { closeSync, ftruncateSync, mkdtempSync, openSync, readFileSync, rmSync, write } from 'node:fs'
import { platform } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { KIB, MIB } from '../protocol/limits.ts'

/** How much free memory was touched before, and how fast; or why none was. */
export type TouchedMemory =
  | { readonly freeBytes: number; readonly bytesPerSecond: number }
  | { readonly freeBytes: 0; readonly problem: string }

/** A file system in memory, as every Linux has one. */
const MEMORY_FOLDER = '/dev/shm'
/** Hosts take back free blocks of 2 MiB, the size of a large page, and more: of each MiB so much is held. */
const HELD_BYTES = 256 * KIB
const FREED_BYTES = MIB - HELD_BYTES
/** More than the files of any one figure have at a time. */
const FREE_BYTES = { full: 6144 * MIB, quick: 1536 * MIB }
/** More is touched than is given back, and others need memory as well. */
const LEAST_SHARE = 3.5

/**
 * Sees to it, on Linux, that memory which figures take was touched before. A virtual machine may have given what is free back to its host, and pays for each
 * page when it is touched anew: 12 µs for 4 KiB were seen, a third of what an ingested request costs. Whatever makes files grow pays it, ours and hardly a
 * baseline, in one minute and not in the next. A quarter of what is touched is held until the bench ends, so that what is free lies in pieces too small to be taken back.
 */
export async function touchMemory(isQuick: boolean): Promise<TouchedMemory> {
  if (platform() !== 'linux') return { freeBytes: 0, problem: 'only done on Linux' }
  const wanted = isQuick ? FREE_BYTES.quick : FREE_BYTES.full
  const files: number[] = []
  try {
    const freeBytes = Math.min(wanted, Math.floor(availableBytes() / LEAST_SHARE))
    const held = openNameless()
    files.push(held)
    const freed = openNameless()
    files.push(freed)
    const beganAt = performance.now()
    const filling = Buffer.alloc(FREED_BYTES, 1)
    const rounds = Math.floor(freeBytes / FREED_BYTES)
    for (let round = 0; round < rounds; round += 1) {
      await writeTo(held, filling.subarray(0, HELD_BYTES))
      await writeTo(freed, filling)
    }
    return { freeBytes: rounds * FREED_BYTES, bytesPerSecond: (rounds * MIB * 1000) / (performance.now() - beganAt) }
  } catch (error) {
    for (const file of files) ftruncateSync(file)
    return { freeBytes: 0, problem: error instanceof Error ? error.message : String(error) }
  } finally {
    const [, freed] = files
    if (freed !== undefined) closeSync(freed)
  }
}

/** What can be had without taking anything from others (proc_meminfo(5)). */
function availableBytes(): number {
  const kib = Number(/^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1])
  if (!(kib > 0)) throw new Error('/proc/meminfo does not tell how much memory is available.')
  return kib * KIB
}

/** A file without a name is gone with the process that has it open, however that ends. One that stays open is known by its number alone: nothing collects that. */
function openNameless(): number {
  const folder = mkdtempSync(join(MEMORY_FOLDER, 'creel-bench-'))
  try {
    return openSync(join(folder, 'memory'), 'w')
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function writeTo(file: number, filling: Buffer): Promise<void> {
  const { bytesWritten } = await promisify(write)(file, filling)
  if (bytesWritten < filling.length) throw new Error(`${MEMORY_FOLDER} is full.`)
}
