import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import Database from 'better-sqlite3'
import { sayReady, serve } from '../serve.ts'
import { onWholeBody } from '../whole-body.ts'
import type { ServerCalls } from './bare-server.ts'

type Waiting = { readonly lines: string; readonly body: Buffer; readonly response: ServerResponse }

/**
 * The least that can keep a request before it answers: node:http and one table without an index, neither sealed nor hashed, given ids or counted; what comes in
 * one turn of the event loop shares a commit. Its file is the one argument.
 */
const [, , file] = process.argv
if (file === undefined) throw new Error('A file is needed.')
const database = new Database(file)
database.pragma('page_size = 16384')
database.pragma('journal_mode = WAL')
database.pragma('locking_mode = EXCLUSIVE')
database.pragma('synchronous = FULL')
database.exec('CREATE TABLE item (id INTEGER PRIMARY KEY, lines TEXT NOT NULL, body BLOB NOT NULL) STRICT')
const insert = database.prepare('INSERT INTO item (lines, body) VALUES (?, ?)')
const insertAll = database.transaction((all: readonly Waiting[]) => {
  for (const { lines, body } of all) insert.run(lines, body)
})
let waiting: Waiting[] = []

function commit(): void {
  const all = waiting
  waiting = []
  insertAll.immediate(all)
  for (const { response } of all) response.end()
}

const server = createServer((request, response) => {
  onWholeBody(request, (body) => {
    if (waiting.length === 0) setImmediate(commit)
    waiting.push({ lines: JSON.stringify(request.rawHeaders), body, response })
  })
})
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  serve<ServerCalls>({ port: () => port })
  sayReady()
})
