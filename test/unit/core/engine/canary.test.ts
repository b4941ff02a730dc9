import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createCanaries } from '../../../../core/engine/canary.ts'
import { straightNetwork } from '../../../../core/network/network.ts'

/** A public address that answers everything with one status; `onLine` sees the line by which a canary is known. */
async function serve(status: number, onLine: (line: [string, string]) => void = () => undefined): Promise<string> {
  const server = createServer((request, response) => {
    const at = request.rawHeaders.indexOf('Creel-Canary')
    onLine(['creel-canary', request.rawHeaders[at + 1] ?? ''])
    request.resume().on('end', () => response.writeHead(status).end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/in/an-input`
}

const canaries = createCanaries({ network: straightNetwork, monotonic: () => performance.now(), arrivalMs: 20 })

test('a request that comes out here proves the way, and is known as one of ours only while it is awaited', async () => {
  let line: [string, string] = ['', '']
  const url = await serve(200, (seen) => {
    line = seen
    expect(canaries.arrived([['Host', 'x'], seen])).toBe(true)
  })
  expect(await canaries.send(url)).toMatchObject({ status: 200, roundTripMs: expect.any(Number) })
  expect(canaries.arrived([line])).toBe(false)
  expect(canaries.arrived([['Creel-Canary', 'made-up']])).toBe(false)
})

test('each part of the way that does not hold has its sentence', async () => {
  const failing = (status: number): Promise<unknown> => serve(status).then((url) => canaries.send(url))
  await expect(failing(200)).rejects.toThrow('the address leads somewhere else')
  await expect(failing(502)).rejects.toThrow('the tunnel is there, but nothing answers behind it')
  await expect(failing(403)).rejects.toThrow('answered 403 instead of passing the request on')
  await expect(canaries.send('http://127.0.0.1:9/in/an-input')).rejects.toThrow('Nothing listens at 127.0.0.1:9')
})
