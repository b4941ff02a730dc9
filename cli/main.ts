#!/usr/bin/env node
import { Command } from 'commander'
import { CannotStart } from '../relay/run.ts'
import { RELAY } from '../relay/version.ts'
import { relayCommand } from './relay-command.ts'

const BAD_USAGE = 2

const program = new Command('creel')
  .description('catches webhooks and keeps them on your own machine')
  .version(RELAY.version)
  .exitOverride()
  .addCommand(relayCommand().exitOverride())

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CannotStart) {
    console.error(error.message)
    process.exitCode = error.exitCode
  } else if (error instanceof Error && 'exitCode' in error) {
    // commander has said what is wrong; help and version end with 0.
    process.exitCode = error.exitCode === 0 ? 0 : BAD_USAGE
  } else throw error
}
