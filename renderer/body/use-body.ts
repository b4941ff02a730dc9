import { useEffect, useRef, useState } from 'react'
import { BodyClientClosed, startBodyClient, type BodyClient } from './body-client.ts'
import type { OpenedBody } from './body-message.ts'

export type BodyState = { readonly state: 'loading' } | Exclude<OpenedBody, { state: 'superseded' }>

type Opened = { readonly url: string; readonly client: BodyClient; readonly body: OpenedBody }

const LOADING: BodyState = { state: 'loading' }

/**
 * Opens the body at `url` in a worker of the viewer's own, which lives as long as the viewer. What was said of an earlier body is
 * never shown for this one.
 */
export function useBody(url: string, contentType: string | null): { client: BodyClient | null; body: BodyState } {
  const running = useRef<BodyClient | null>(null)
  const [opened, setOpened] = useState<Opened | null>(null)
  useEffect(() => {
    const client = (running.current ??= startBodyClient())
    client.ask('open', { url, contentType }).then(
      (body) => setOpened({ url, client, body }),
      (cause: unknown) => {
        if (cause instanceof BodyClientClosed) return
        setOpened({ url, client, body: { state: 'failed', message: String(cause) } })
      },
    )
  }, [url, contentType])
  useEffect(
    () => () => {
      running.current?.close()
      running.current = null
    },
    [],
  )
  if (opened === null || opened.url !== url || opened.body.state === 'superseded')
    return { client: null, body: LOADING }
  return { client: opened.client, body: opened.body }
}
