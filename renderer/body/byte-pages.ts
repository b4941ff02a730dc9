import { useCallback, useEffect, useRef, useState } from 'react'

const PAGE_BYTES = 16_384
const KEPT_PAGES = 64

/** Bytes of a body by range, fetched as they come into sight; at most a mebibyte is kept. `null` stands for bytes still on their way. */
export function useBytes(url: string): {
  bytesAt: (offset: number, length: number) => Uint8Array | null
  show: (from: number, to: number) => void
  failed: boolean
} {
  const pages = useRef(new Map<number, Uint8Array>())
  const asked = useRef(new Map<number, AbortController>())
  const [, redraw] = useState(0)
  const [failed, setFailed] = useState(false)

  useEffect(() => {
    const [ownPages, ownAsked] = [pages.current, asked.current]
    return () => {
      for (const fetching of ownAsked.values()) fetching.abort()
      ownAsked.clear()
      ownPages.clear()
      setFailed(false)
    }
  }, [url])

  const show = useCallback(
    (from: number, to: number) => {
      for (let page = Math.floor(from / PAGE_BYTES); page * PAGE_BYTES < to; page += 1) {
        if (asked.current.has(page)) continue
        const fetching = new AbortController()
        asked.current.set(page, fetching)
        fetchPage(url, page, fetching.signal).then(
          (bytes) => {
            if (fetching.signal.aborted) return
            pages.current.set(page, bytes)
            forgetOldest(pages.current, asked.current)
            redraw((count) => count + 1)
          },
          () => {
            if (!fetching.signal.aborted) setFailed(true)
          },
        )
      }
    },
    [url],
  )

  const bytesAt = (offset: number, length: number): Uint8Array | null => {
    const bytes = pages.current.get(Math.floor(offset / PAGE_BYTES))
    return bytes?.subarray(offset % PAGE_BYTES, (offset % PAGE_BYTES) + length) ?? null
  }
  return { bytesAt, show, failed }
}

/** Fetches a stretch of a body; a server that knows no ranges answers with all of it. */
export async function fetchBytes(url: string, from: number, to: number, signal?: AbortSignal): Promise<Uint8Array> {
  const response = await fetch(url, { headers: { range: `bytes=${from}-${to - 1}` }, signal: signal ?? null })
  if (!response.ok) throw new Error(`The app answered ${response.status} for these bytes.`)
  const bytes = new Uint8Array(await response.arrayBuffer())
  return response.status === 206 ? bytes : bytes.slice(from, to)
}

async function fetchPage(url: string, page: number, signal: AbortSignal): Promise<Uint8Array> {
  return await fetchBytes(url, page * PAGE_BYTES, (page + 1) * PAGE_BYTES, signal)
}

function forgetOldest(pages: Map<number, Uint8Array>, asked: Map<number, AbortController>): void {
  const oldest = pages.keys().next()
  if (pages.size <= KEPT_PAGES || oldest.done === true) return
  pages.delete(oldest.value)
  asked.delete(oldest.value)
}
