import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Network } from '../../../core/network/network.ts'
import { openNetwork } from '../../../main/network.ts'
import { AppSettings } from '../../../protocol/settings.ts'
import { COMPANY_HOST, companyAuthorities, startTlsDoor } from '../../helpers/company-network.ts'
import { startLocalTarget } from '../../helpers/local-target.ts'

/** Resolves once the door is trusted. */
function knock({ agent }: Network, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, servername: COMPANY_HOST, agent }, (response) => {
      response.resume()
      resolve()
    })
    asked.once('error', reject)
    asked.end()
  })
}

test('a file of certificates that is there only later, or changes, is read again', async () => {
  vi.stubEnv('NODE_EXTRA_CA_CERTS', '')
  onTestFinished(() => void vi.unstubAllEnvs())
  const folder = mkdtempSync(join(tmpdir(), 'creel-network-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'company.pem')
  const settings = AppSettings.parse({ caFile: file })
  const network = openNetwork({
    settings: { current: () => settings },
    systemProxy: null,
    log: pino({ enabled: false }),
  })
  const near = await startLocalTarget()
  onTestFinished(() => near.close())
  const door = await startTlsDoor(near.port)
  onTestFinished(() => door.close())
  await expect(knock(network, door.port)).rejects.toThrow(/certificate/)
  copyFileSync(fileURLToPath(companyAuthorities), file)
  await knock(network, door.port)
})
