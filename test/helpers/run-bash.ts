import { spawn, spawnSync } from 'node:child_process'

/** Why commands of curl cannot be run here; null when they can. */
export const whyNoCurl: string | null =
  spawnSync('bash', ['-c', 'curl --version && echo | base64 --decode']).status === 0
    ? null
    : 'there is no bash with curl here'

/** Runs a script as a person would who pastes it into bash. Resolves with its exit status and what it wrote. */
export async function runBash(script: string): Promise<{ readonly status: number | null; readonly errors: string }> {
  const bash = spawn('bash', ['--norc', '-s'], {
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8' },
  })
  let errors = ''
  bash.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  bash.stdin.end(`${script}\n`)
  return new Promise((resolve, reject) => {
    bash.once('error', reject)
    bash.once('close', (status) => resolve({ status, errors }))
  })
}
