import { CannotStart, runRelay } from './run.ts'

try {
  await runRelay(process.env)
} catch (error) {
  if (!(error instanceof CannotStart)) throw error
  console.error(error.message)
  process.exitCode = error.exitCode
}
