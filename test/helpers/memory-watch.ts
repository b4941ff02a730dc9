import { readFile, writeFile } from 'node:fs/promises'
import { onTestFinished } from 'vitest'

export type Usage = {
  /** Resident memory now, in MiB. */
  readonly rssMiB: number
  /** The most there ever was of it, in MiB. */
  readonly peakMiB: number
  /** User and system time since its start. */
  readonly cpuSeconds: number
}

/** Tells what a relay in a process of its own takes of the machine. */
export type MemoryWatch = {
  usage(): Promise<Usage>
  /** From now on the peak counts anew, where the system can do that. */
  forgetPeak(): Promise<void>
}

const MIB = 1024 * 1024
/** Where the system keeps no peak, it is the largest of what was seen. */
const LOOK_EVERY_MS = 100

/** `opsUrl` is the root of the relay's own metrics, `pid` its process. Ends with the test. */
export function watchMemory(pid: number, opsUrl: string): MemoryWatch {
  const isLinux = process.platform === 'linux'
  let seenPeak = 0

  async function ask(): Promise<{ rss: number; cpuSeconds: number }> {
    const text = await (await fetch(`${opsUrl}/metrics`)).text()
    const rss = readMetric(text, 'process_resident_memory_bytes')
    seenPeak = Math.max(seenPeak, rss)
    return { rss, cpuSeconds: readMetric(text, 'process_cpu_seconds_total') }
  }

  if (!isLinux) {
    // A relay that was stopped answers no more, and needs no watching.
    const looking = setInterval(() => void ask().catch(() => clearInterval(looking)), LOOK_EVERY_MS)
    onTestFinished(() => clearInterval(looking))
  }

  return {
    async usage() {
      const { rss, cpuSeconds } = await ask()
      if (!isLinux) return { rssMiB: toMiB(rss), peakMiB: toMiB(seenPeak), cpuSeconds }
      const status = await readFile(`/proc/${pid}/status`, 'utf8')
      const peak = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1])
      if (!(peak > 0)) throw new Error(`Process ${pid} does not tell its peak of memory.`)
      return { rssMiB: toMiB(rss), peakMiB: Math.round(peak / 1024), cpuSeconds }
    },
    async forgetPeak() {
      seenPeak = 0
      if (!isLinux) return
      // Value 5 sets the peak back to what is resident now (proc(5)).
      await writeFile(`/proc/${pid}/clear_refs`, '5')
    },
  }
}

function readMetric(text: string, name: string): number {
  const value = Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])
  if (!Number.isFinite(value)) throw new Error(`The metrics do not tell ${name}.`)
  return value
}

function toMiB(bytes: number): number {
  return Math.round(bytes / MIB)
}
