import { createServer } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { httpUrl, listen } from '../../../relay/listen.ts'
import { PortTaken } from '../../../relay/port-taken.ts'

function newServer() {
  const server = createServer()
  onTestFinished(() => void server.close())
  return server
}

test('what goes wrong with a bound port is told, and ends nothing', async () => {
  const server = newServer()
  const failures: unknown[] = []
  await listen(server, '127.0.0.1', 0, (error) => failures.push(error))
  const failure = new Error('accept EMFILE')
  server.emit('error', failure)
  expect(failures).toEqual([failure])
})

test('a taken port is an error of its own', async () => {
  const port = await listen(newServer(), '127.0.0.1', 0, () => undefined)
  await expect(listen(newServer(), '127.0.0.1', port, () => undefined)).rejects.toThrow(PortTaken)
})

test.each([
  ['127.0.0.1', 'http://127.0.0.1:80'],
  ['::1', 'http://[::1]:80'],
  ['0.0.0.0', 'http://localhost:80'],
  ['::', 'http://localhost:80'],
])('the URL of %s is %s', (host, url) => {
  expect(httpUrl(host, 80)).toBe(url)
})
