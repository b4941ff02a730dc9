import { expect, type Locator, type Page } from '@playwright/test'
import type { Result } from '../../protocol/app-error.ts'
import type { Answer, CommandName, Input } from '../../protocol/ipc.ts'
import type { Target } from '../../protocol/target.ts'

type LooseBridge = { ask(name: string, input: unknown): Promise<Result<unknown>> }

/** What tests do in the window again and again, by the roles and names that a screen reader gets. */

export function requestRows(page: Page): Locator {
  return page
    .getByRole('grid', { name: 'Requests' })
    .getByRole('row')
    .filter({ has: page.getByRole('gridcell') })
}

/** Asks main through the page's own bridge, as the page does. */
export async function ask<K extends CommandName>(page: Page, name: K, input: Input<K>): Promise<Answer<K>> {
  // Playwright sends plain values across, so the pair of command and input is typed by this function alone.
  const result = await page.evaluate(
    ([command, content]) => {
      const { creel } = globalThis as unknown as { creel: LooseBridge }
      return creel.ask(command, content)
    },
    [name, input] as [string, unknown],
  )
  if (!result.ok) throw new Error(`${name}: ${result.error.message}`)
  return result.value as Answer<K>
}

/** The URL of this computer's input, once its connection is proven. */
export async function inputUrl(page: Page): Promise<string> {
  let url = ''
  await expect
    .poll(async () => {
      const { sourceStatuses } = await ask(page, 'app:snapshot', {})
      url = sourceStatuses.find(({ connection }) => connection.state === 'connected')?.inputs[0]?.url ?? ''
      return url
    })
    .not.toBe('')
  return url
}

/** Gives this computer's source these targets, as a person does in its panel. */
export async function useTargets(page: Page, urls: readonly string[]): Promise<readonly Target[]> {
  const { sources } = await ask(page, 'app:snapshot', {})
  const source = sources.find(({ kind }) => kind === 'embedded')
  if (!source) throw new Error('This computer has no source.')
  const targets: Target[] = []
  for (const url of urls) targets.push(await ask(page, 'targets:add', { url }))
  await ask(page, 'sources:update', { id: source.id, targets: targets.map(({ id }) => id) })
  return targets
}
