import { readFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createPortLister, type PortListerOptions } from '../../../../core/ports/list-listening.ts'

/** What Windows writes ends its lines its own way, which a checkout may have changed. */
function read(name: string): string {
  const text = readFileSync(new URL(`../../../fixtures/ports/${name}`, import.meta.url), 'utf8')
  return name.startsWith('windows') ? text.replace(/\r?\n/g, '\r\n') : text
}
const servers: Server[] = []

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))))
})

async function listen(host: string): Promise<number> {
  const server = createServer()
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  return (server.address() as AddressInfo).port
}

function lister(options: PortListerOptions) {
  const reasons: string[] = []
  return { list: createPortLister({ ...options, onFailure: (reason) => reasons.push(reason) }), reasons }
}

describe('the list of open ports', () => {
  it.runIf(process.platform === 'linux')('on this Linux names this very process', async () => {
    const port = await listen('127.0.0.1')
    const { list, reasons } = lister({})
    const found = (await list()).find((each) => each.port === port)
    expect(found).toMatchObject({ port, pid: process.pid })
    expect(found?.process).toBeTypeOf('string')
    expect(reasons).toEqual([])
  })

  it.runIf(process.platform === 'linux')('leaves out processes that are our own', async () => {
    const port = await listen('127.0.0.1')
    const found = await lister({ isOwn: (pid) => pid === process.pid }).list()
    expect(found.some((each) => each.port === port)).toBe(false)
  })

  it('on Linux joins sockets and processes, each port once, in order', async () => {
    const files: Record<string, string> = {
      '/proc/net/tcp': read('linux-tcp.txt'),
      '/proc/net/tcp6': read('linux-tcp6.txt'),
      '/proc/41822/cmdline': '/usr/bin/node\0server.js\0',
      '/proc/900/cmdline': '',
      '/proc/900/comm': 'systemd-resolve\n',
    }
    const folders: Record<string, string[]> = {
      '/proc': ['900', '41822', '1', 'self', 'net'],
      '/proc/41822/fd': ['0', '18', '19'],
      '/proc/900/fd': ['7'],
    }
    const links: Record<string, string> = {
      '/proc/41822/fd/18': 'socket:[48213]',
      '/proc/41822/fd/19': 'socket:[51878]',
      '/proc/900/fd/7': 'socket:[20144]',
    }
    const from = async <T>(all: Record<string, T>, path: string): Promise<T> => {
      const value = all[path]
      if (value === undefined) throw new Error(`EACCES ${path}`)
      return value
    }
    const { list } = lister({
      platform: 'linux',
      readFile: (path) => from(files, path),
      readDirectory: (path) => from(folders, path),
      readLink: (path) => from(links, path),
    })
    expect(await list()).toEqual([
      { port: 53, process: 'systemd-resolve', pid: 900 },
      { port: 3000, process: 'node', pid: 41_822 },
      { port: 5173, process: null, pid: null },
      { port: 8080, process: 'node', pid: 41_822 },
      { port: 10_000, process: null, pid: null },
    ])
  })

  it('on macOS asks lsof', async () => {
    const calls: string[] = []
    const { list } = lister({
      platform: 'darwin',
      async run(program, args) {
        calls.push([program, ...args].join(' '))
        return read('macos-lsof.txt')
      },
    })
    expect((await list()).map(({ port, process }) => `${port} ${process}`)).toEqual([
      '3000 node',
      '5173 node',
      '5432 postgres',
      '7000 ControlCe',
      '8001 Python',
      '9222 Google Chrome H',
      '49152 rapportd',
    ])
    expect(calls).toEqual(['lsof -nP -iTCP -sTCP:LISTEN -F pcn'])
  })

  it('on Windows joins netstat and tasklist', async () => {
    const { list } = lister({
      platform: 'win32',
      run: async (program) => read(program === 'netstat' ? 'windows-netstat-english.txt' : 'windows-tasklist.csv'),
    })
    expect((await list()).map(({ port, process }) => `${port} ${process}`)).toEqual([
      '135 svchost',
      '445 System',
      '3000 node',
      '5173 node',
      '8080 My "odd" App',
    ])
  })

  it('on Windows gives ports without names when tasklist fails', async () => {
    const { list } = lister({
      platform: 'win32',
      async run(program) {
        if (program === 'tasklist') throw new Error('not allowed')
        return read('windows-netstat-german.txt')
      },
    })
    expect((await list()).map(({ port, process }) => [port, process])).toEqual([
      [135, null],
      [3000, null],
      [5173, null],
    ])
  })

  it('is empty, with a reason, when the system does not tell', async () => {
    const { list, reasons } = lister({
      platform: 'darwin',
      run: () => Promise.reject(new Error('spawn lsof ENOENT')),
    })
    expect(await list()).toEqual([])
    expect(reasons).toEqual(['open ports could not be listed: spawn lsof ENOENT'])
  })

  it('is empty, with a reason, when the system takes too long', async () => {
    const { list, reasons } = lister({ platform: 'darwin', timeoutMs: 20, run: () => new Promise(() => {}) })
    expect(await list()).toEqual([])
    expect(reasons).toEqual(['open ports could not be listed: no answer within 20 ms'])
  })
})
