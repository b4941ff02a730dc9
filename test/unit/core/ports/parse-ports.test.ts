import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { programName } from '../../../../core/ports/find-socket-owners.ts'
import { parseLsof } from '../../../../core/ports/parse-lsof.ts'
import { parseNetstat, parseTasklist } from '../../../../core/ports/parse-netstat.ts'
import { parseProcNetTcp } from '../../../../core/ports/parse-proc-net-tcp.ts'

/** What Windows writes ends its lines its own way, which a checkout may have changed. */
function read(name: string): string {
  const text = readFileSync(new URL(`../../../fixtures/ports/${name}`, import.meta.url), 'utf8')
  return name.startsWith('windows') ? text.replace(/\r?\n/g, '\r\n') : text
}

describe('/proc/net/tcp', () => {
  it('gives listeners that the loopback interface reaches, and no connections', () => {
    expect(parseProcNetTcp(read('linux-tcp.txt'))).toEqual([
      { port: 3000, inode: '48213' },
      { port: 8080, inode: '51877' },
      { port: 53, inode: '20144' },
    ])
  })

  it('gives those of IPv6: ::1, :: and 127.0.0.1 in IPv6 dress, but no link-local ones', () => {
    expect(parseProcNetTcp(read('linux-tcp6.txt'))).toEqual([
      { port: 5173, inode: '52001' },
      { port: 8080, inode: '51878' },
      { port: 10_000, inode: '52077' },
    ])
  })

  it.each(['', 'sl local\n', '\0\0:::', '  0: 0100007F 0A'])('takes %j for nothing', (text) => {
    expect(parseProcNetTcp(text)).toEqual([])
  })
})

describe('lsof', () => {
  it('gives ports with their programs, and none that only other machines reach', () => {
    const ports = parseLsof(read('macos-lsof.txt')).map(({ port, process, pid }) => `${port} ${process} ${pid}`)
    expect(ports).toEqual([
      '49152 rapportd 412',
      '49152 rapportd 412',
      '7000 ControlCe 501',
      '7000 ControlCe 501',
      '9222 Google Chrome H 2210',
      '5173 node 4711',
      '3000 node 4711',
      '5432 postgres 4802',
      '5432 postgres 4802',
      '8001 Python 5120',
    ])
  })

  it('takes other text for nothing', () => {
    expect(parseLsof('lsof: WARNING: can’t stat()\nnothing:here\nn\n')).toEqual([])
  })
})

describe('netstat', () => {
  it('gives listeners of both families with their process', () => {
    expect(parseNetstat(read('windows-netstat-english.txt')).map(({ port, pid }) => [port, pid])).toEqual([
      [135, 1184],
      [445, 4],
      [8080, 15_320],
      [3000, 21_744],
      [8080, 15_320],
      [5173, 21_744],
    ])
  })

  it.each([
    ['windows-netstat-german.txt', [135, 3000, 5173]],
    ['windows-netstat-two-words.txt', [3000, 5173]],
  ])('needs no word of the system’s language: %s', (name, expected) => {
    expect(parseNetstat(read(name)).map(({ port }) => port)).toEqual(expected)
  })
})

describe('tasklist', () => {
  it('names programs without their ending', () => {
    expect([...parseTasklist(read('windows-tasklist.csv'))]).toEqual([
      [0, 'System Idle Process'],
      [4, 'System'],
      [1184, 'svchost'],
      [21_744, 'node'],
      [15_320, 'My "odd" App'],
    ])
  })

  it('takes its notice that there is nothing for nothing', () => {
    expect(parseTasklist(read('windows-tasklist-none.txt')).size).toBe(0)
  })
})

describe('a program’s name', () => {
  it.each([
    ['/usr/local/bin/node\0server.js\0', 'node'],
    ['python3\0-m\0http.server\0', 'python3'],
    ['nginx: master process /usr/sbin/nginx -g daemon off;', 'nginx'],
    ['next-server (v15.1.0)', 'next-server (v15.1.0)'],
    ['/opt/app/bin/beam.smp -W w', 'beam.smp'],
    ['-bash\0', 'bash'],
    ['', null],
  ])('in %j is %j', (commandLine, name) => {
    expect(programName(commandLine)).toBe(name)
  })
})
