import { afterEach, beforeEach, describe } from 'vitest'
import { describeAccounts } from './relay-store-accounts.ts'
import { describeAdministration } from './relay-store-admin.ts'
import { describeIntake } from './relay-store-intake.ts'
import { describeLimits } from './relay-store-limits.ts'
import { describeLog } from './relay-store-log.ts'
import { createStoreWorld } from './relay-store-world.ts'
import type { StoreHarness } from './relay-store-world.ts'

/** What every store of a relay promises. Each implementation runs it with a harness of its own. */
export function relayStoreContract(name: string, makeHarness: () => Promise<StoreHarness>): void {
  describe(`${name} as a relay's store`, () => {
    const world = createStoreWorld(makeHarness)
    beforeEach(() => world.start())
    afterEach(() => world.stop())
    describeAdministration(world)
    describeIntake(world)
    describeLog(world)
    describeLimits(world)
    describeAccounts(world)
  })
}
