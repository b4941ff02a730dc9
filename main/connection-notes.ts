import type { SourceConnection } from '../protocol/source.ts'
import type { Engine } from '../core/engine/engine.ts'
import type { Log } from './log.ts'

/**
 * Writes each change of a source's connection into the log, so that a report of "it lost its connection" has a trail, and tells where requests can be
 * posted as soon as a source is connected, once for each URL. Returns the way to stop it.
 */
export function noteConnections(options: {
  readonly engine: Engine
  readonly log: Log
  readonly onReceiving: (url: string) => void
}): () => void {
  const states = new Map<number, string>()
  const told = new Set<string>()

  function note(name: string, connection: SourceConnection): void {
    if (connection.state === 'waiting' || connection.state === 'refused') {
      options.log.warn({ source: name, reason: connection.reason }, `source ${connection.state}`)
    } else {
      options.log.info({ source: name }, `source ${connection.state}`)
    }
  }

  return options.engine.listen((name, event) => {
    if (name !== 'sources:changed' || !('statuses' in event) || !('sources' in event)) return
    for (const source of event.sources) {
      const status = event.statuses.find(({ id }) => id === source.id)
      if (!status) continue
      const { state } = status.connection
      if (states.get(source.id) !== state) note(source.name, status.connection)
      states.set(source.id, state)
      if (state !== 'connected') continue
      for (const { url } of status.inputs) {
        if (!told.has(url)) options.onReceiving(url)
        told.add(url)
      }
    }
  })
}
