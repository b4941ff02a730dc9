import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export type Finished = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

export type RelayProcess = {
  readonly child: ChildProcess
  /** What it has printed so far. */
  stdout(): string
  stderr(): string
  /** Settles with its end. */
  readonly finished: Promise<Finished>
  /** The log line that says where it listens. */
  up(): Promise<{ readonly url: string; readonly port: number; readonly ops: string | null }>
}

/** Starts a program of the relay as a process of its own, with nothing of this environment but the path. Killed with the test. */
export function startRelayProcess(args: readonly string[], env: Readonly<Record<string, string>>): RelayProcess {
  const child = spawn(process.execPath, [...args], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let stdout = ''
  let stderr = ''
  let wake: () => void = () => undefined
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    wake()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const finished = new Promise<Finished>((resolve) => {
    child.once('close', (code) => {
      resolve({ code, stdout, stderr })
      wake()
    })
  })
  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    finished,
    async up() {
      for (;;) {
        const line = stdout.split('\n').find((text) => text.includes('the relay is up'))
        if (line) return JSON.parse(line) as Awaited<ReturnType<RelayProcess['up']>>
        if (child.exitCode !== null) throw new Error(`The relay ended with ${child.exitCode}: ${stderr}`)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
  }
}
