import { Command, Option } from 'commander'
import { SETTINGS } from '../relay/settings.ts'

/** `creel relay`: runs a relay. Each setting is an option and an environment variable; the option goes before. */
export function relayCommand(): Command {
  const command = new Command('relay').description('run a relay: takes webhooks in and hands them to agents')
  const names = new Map<string, string>()
  for (const [variable, { flag, about, byDefault }] of Object.entries(SETTINGS)) {
    const option = new Option(flag, `${about} (env: ${variable}, default: ${byDefault})`)
    names.set(option.attributeName(), variable)
    command.addOption(option)
  }
  return command.action(async (options: Readonly<Record<string, string>>) => {
    const env = { ...process.env }
    for (const [name, text] of Object.entries(options)) env[names.get(name) ?? name] = text
    // Loaded when it is run: help and other commands need none of it.
    const { runRelay } = await import('../relay/run.ts')
    await runRelay(env)
  })
}
