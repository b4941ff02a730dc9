import { useLayoutEffect, useState, type RefObject } from 'react'

const SAMPLE = '0'.repeat(100)

/** How many monospaced characters fit into one row of an element, and follow its size. 0 until it was measured. */
export function useColumns(element: RefObject<HTMLElement | null>, takenPx: number): number {
  const [columns, setColumns] = useState(0)
  useLayoutEffect(() => {
    const box = element.current
    if (box === null) return
    const measure = (): void => {
      const width = characterWidth(box)
      if (width > 0) setColumns(Math.max(1, Math.floor((box.clientWidth - takenPx) / width)))
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(box)
    return () => observer.disconnect()
  }, [element, takenPx])
  return columns
}

function characterWidth(box: HTMLElement): number {
  const probe = document.createElement('span')
  probe.textContent = SAMPLE
  probe.ariaHidden = 'true'
  probe.style.cssText = 'position: absolute; visibility: hidden; white-space: pre'
  box.append(probe)
  const width = probe.getBoundingClientRect().width / SAMPLE.length
  probe.remove()
  return width
}
