import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type ServerOptions, type WebSocket } from 'ws'
import { CREEL_V1, CloseCode, type UpgradeRefusal } from '../../protocol/relay-message.ts'
import { authenticateAgent } from '../auth.ts'
import { readRemote } from '../ingest/read-head.ts'
import { refuseOnSocket } from '../problem.ts'
import type { AdminChange, Bucket, TokenRecord } from '../store/store.ts'
import { MAX_AGENT_FRAME_BYTES, serveAgent, type AgentConnection, type Newcomer } from './agent-connection.ts'
import { createDelivery } from './delivery.ts'
import { createFrameBatch } from './frame-batch.ts'
import { STREAM_TIMES, type AgentInfo, type StreamOptions } from './stream-options.ts'

/** The door of creel.v1: `GET /v1/stream` as a WebSocket (docs/creel-v1.md). */
export type Stream = {
  /** Takes over an upgrade request whose path is the stream's and whose Host was checked. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  agents(): readonly AgentInfo[]
  /** Tells all agents to come back in `reconnectInMs`, takes what they still acknowledge, closes. New ones are refused from now on. */
  closeAll(reason: string, reconnectInMs: number): Promise<void>
}

/** How long a lost peer may keep its socket after the close frame. */
const CLOSE_TIMEOUT_MS = 5_000

export function createStream(options: StreamOptions): Stream {
  const times = { ...STREAM_TIMES, ...options.times }
  const connections = new Set<AgentConnection>()
  let isClosing = false

  const batch = createFrameBatch()
  const delivery = createDelivery({
    log: options.store.log,
    onProblem: (problem) => options.log.error({ err: problem }, 'items could not be read for agents'),
  })
  // `closeTimeout` is newer than the types.
  const serverOptions: ServerOptions & { readonly closeTimeout: number } = {
    noServer: true,
    clientTracking: false,
    // Measured on loopback: 9,000 messages a second with compression, 121,000 without.
    perMessageDeflate: false,
    maxPayload: MAX_AGENT_FRAME_BYTES,
    handleProtocols: () => CREEL_V1,
    closeTimeout: CLOSE_TIMEOUT_MS,
  }
  const server = new WebSocketServer(serverOptions)
  server.on('wsClientError', (problem: Error, socket: Duplex) => {
    refuse(socket, refusal(400, 'bad-request', `This is no WebSocket handshake: ${problem.message}.`))
  })

  const stopListening = options.store.admin.onChange((change: AdminChange) => {
    for (const connection of connections) react(connection, change)
  })

  function react(connection: AgentConnection, change: AdminChange): void {
    switch (change.kind) {
      case 'token-revoked':
        if (connection.tokenKey === change.key) connection.close(CloseCode.revoked, 'The token was revoked.')
        return
      case 'inputs':
        if (connection.bucketIds.includes(change.bucketId)) connection.tellInputs()
        return
      case 'bucket-deleted':
        // On its return the agent is told what it may still read.
        if (connection.bucketIds.includes(change.bucketId)) void connection.closeGently('A bucket was deleted.', 0)
        return
    }
  }

  function judge(request: IncomingMessage, query: URLSearchParams): Refusal | Access {
    if (isClosing) return refusal(503, 'closing', 'This relay is shutting down.', 5)
    if (request.headers.origin !== undefined) {
      return refusal(403, 'origin-not-allowed', 'Web pages may not connect to this stream.')
    }
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
    if (!offered.includes(CREEL_V1)) {
      return refusal(400, 'bad-request', `This stream speaks the WebSocket subprotocol ${CREEL_V1}.`)
    }
    const access = authenticateAgent(request.headers, query.getAll('bucket'), options.store)
    if (!access.ok) return access
    const newcomer = readNewcomer(query)
    const staying = [...connections].filter((one) => !newcomer || !one.isReplacedBy(newcomer, access.token.key))
    const full = access.buckets.find((bucket) => countAgents(staying, bucket.id) >= maxAgents(bucket))
    if (!full) return access
    const many = maxAgents(full)
    return refusal(429, 'too-many-agents', `The bucket "${full.name}" has ${many} agents already, its limit.`, 30)
  }

  function maxAgents(bucket: Bucket): number {
    return bucket.settings.maxAgents ?? options.defaults.maxAgents
  }

  function adopt(
    ws: WebSocket,
    socket: Duplex,
    request: IncomingMessage,
    access: Access,
    query: URLSearchParams,
  ): void {
    const connection: AgentConnection = serveAgent({
      ws,
      socket,
      remote: readRemote(request.socket.remoteAddress),
      token: access.token,
      buckets: access.buckets,
      subscription: query.get('subscription'),
      stream: options,
      times,
      delivery,
      batch,
      onHello: (newcomer) => replaceOlder(connection, newcomer),
      onClosed: () => connections.delete(connection),
    })
    connections.add(connection)
    // Before its hello already, or there would be one more than the limit until then.
    const newcomer = readNewcomer(query)
    if (newcomer) replaceOlder(connection, newcomer)
  }

  function replaceOlder(newer: AgentConnection, newcomer: Newcomer): void {
    for (const other of connections) {
      if (other === newer || !other.isReplacedBy(newcomer, newer.tokenKey)) continue
      other.close(CloseCode.replaced, 'This agent has connected anew.')
      connections.delete(other)
    }
  }

  return {
    handleUpgrade(request, socket, head) {
      const query = new URLSearchParams(/\?(.*)$/.exec(request.url ?? '')?.[1] ?? '')
      const access = judge(request, query)
      if ('status' in access) {
        refuse(socket, access)
        return
      }
      server.handleUpgrade(request, socket, head, (ws) => adopt(ws, socket, request, access, query))
    },
    agents: () => [...connections].flatMap((connection) => connection.info() ?? []),
    async closeAll(reason, reconnectInMs) {
      isClosing = true
      stopListening()
      await Promise.all([...connections].map((connection) => connection.closeGently(reason, reconnectInMs)))
    },
  }
}

/** Null when the URL does not say which agent it is. */
function readNewcomer(query: URLSearchParams): Newcomer | null {
  const subscription = query.get('subscription')
  const instance = query.get('instance')
  return subscription && instance ? { subscription, agent: { instance } } : null
}

function countAgents(connections: readonly AgentConnection[], bucketId: string): number {
  return connections.filter((connection) => connection.bucketIds.includes(bucketId)).length
}

type Access = { readonly ok: true; readonly token: TokenRecord; readonly buckets: readonly Bucket[] }

type Refusal = {
  readonly status: 400 | 401 | 403 | 429 | 503
  readonly code: UpgradeRefusal
  /** A sentence that a person understands. */
  readonly message: string
  readonly retryAfterSeconds?: number
}

function refuse(socket: Duplex, { status, code, message, retryAfterSeconds }: Refusal): void {
  const headers = ['Cache-Control: no-store']
  // RFC 6455 section 4.4: whoever speaks another version is told ours.
  if (status === 400) headers.push('Sec-WebSocket-Version: 13')
  if (status === 401) headers.push('WWW-Authenticate: Basic realm="creel"')
  if (retryAfterSeconds !== undefined) headers.push(`Retry-After: ${retryAfterSeconds}`)
  refuseOnSocket(socket, { status, code, detail: message }, headers)
}

function refusal(
  status: Refusal['status'],
  code: Refusal['code'],
  message: string,
  retryAfterSeconds?: number,
): Refusal {
  return retryAfterSeconds === undefined ? { status, code, message } : { status, code, message, retryAfterSeconds }
}
