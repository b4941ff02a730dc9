import { useCallback, useEffect, useRef, useState } from 'react'
import { BodyClientClosed, type BodyClient } from './body-client.ts'
import type { LaidOutBody } from './body-message.ts'
import type { TextView } from './body-layout.ts'
import type { VisualRow } from './visual-row.ts'

const BLOCK = 200
const KEPT_BLOCKS = 16

export type LaidOut = LaidOutBody & { readonly key: string }

/** Tells layouts apart: another text, view or head is another one, another width is not. */
export function layOutKey(documentKey: string, view: TextView, head: string): string {
  return `${documentKey} ${view} ${head}`
}

/** Has the open body cut into rows, anew whenever text, view, head or width change. */
export function useLayOut(
  client: BodyClient,
  key: string,
  { view, head, columns }: { view: TextView; head: string; columns: number },
  onLaidOut: (laidOut: LaidOut) => void,
): void {
  useEffect(() => {
    if (columns === 0) return
    let isStale = false
    client.ask('layOut', { view, head, columns }).then((answer) => {
      if (!isStale) onLaidOut({ ...answer, key })
    }, ignoreClosing)
    return () => {
      isStale = true
    }
  }, [client, key, view, head, columns, onLaidOut])
}

/** Rows of a layout, fetched in blocks around what is shown; only a few blocks are kept. */
export function useRows(
  client: BodyClient,
  laidOut: LaidOut | null,
): { rowAt: (index: number) => VisualRow | undefined; show: (from: number, to: number) => void } {
  const blocks = useRef(new Map<number, readonly VisualRow[]>())
  const layout = useRef(-1)
  const asked = useRef(new Set<number>())
  const [, redraw] = useState(0)
  const id = laidOut?.layout ?? -1

  const show = useCallback(
    (from: number, to: number) => {
      if (id < 0) return
      if (layout.current !== id) {
        layout.current = id
        blocks.current.clear()
        asked.current.clear()
      }
      for (let block = Math.floor(from / BLOCK); block * BLOCK < to; block += 1) {
        if (asked.current.has(block)) continue
        asked.current.add(block)
        client.ask('rows', { layout: id, from: block * BLOCK, to: (block + 1) * BLOCK }).then(({ rows }) => {
          if (layout.current !== id) return
          blocks.current.set(block, rows)
          forgetFarBlocks(blocks.current, asked.current, block)
          redraw((count) => count + 1)
        }, ignoreClosing)
      }
    },
    [client, id],
  )

  const rowAt = (index: number): VisualRow | undefined => blocks.current.get(Math.floor(index / BLOCK))?.[index % BLOCK]
  return { rowAt, show }
}

function forgetFarBlocks(blocks: Map<number, readonly VisualRow[]>, asked: Set<number>, near: number): void {
  if (blocks.size <= KEPT_BLOCKS) return
  const farthest = [...blocks.keys()].reduce((far, block) =>
    Math.abs(block - near) > Math.abs(far - near) ? block : far,
  )
  blocks.delete(farthest)
  asked.delete(farthest)
}

function ignoreClosing(cause: unknown): void {
  // The viewer went away before its worker answered: nobody is left to be told.
  if (!(cause instanceof BodyClientClosed)) throw cause
}
