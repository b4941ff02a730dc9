/** Panes by their mark in the page, in the order that F6 goes round. */
const PANES = ['rail', 'list', 'detail', 'draft', 'response', 'screen', 'status']

export function focusList(): boolean {
  return focusFirst('[role="grid"]')
}

/** The request's own pane; it takes the focus itself, so that Tab goes on inside of it. */
export function focusDetail(): boolean {
  return focusFirst('[data-pane="detail"]')
}

export function focusSearch(): boolean {
  const search = document.querySelector<HTMLInputElement>('input[type="search"]')
  search?.focus()
  search?.select()
  return search !== null
}

export function focusNextPane(step: 1 | -1): boolean {
  const panes = PANES.flatMap((name) => document.querySelector<HTMLElement>(`[data-pane="${name}"]`) ?? []).filter(
    (pane) => pane.offsetParent !== null,
  )
  const at = panes.findIndex((pane) => pane.contains(document.activeElement))
  const next = panes[(at + step + panes.length) % panes.length]
  return next !== undefined && focusIn(next)
}

export function focusPane(name: string): boolean {
  const pane = document.querySelector<HTMLElement>(`[data-pane="${name}"]`)
  return pane !== null && focusIn(pane)
}

function focusIn(next: HTMLElement): boolean {
  const stop = firstInSight(next, '[data-first-stop]') ?? firstInSight(next, STOPS)
  ;(stop ?? next).focus()
  return true
}

const STOPS = '[role="grid"], [tabindex="0"], button, input, a[href]'

function firstInSight(pane: HTMLElement, selector: string): HTMLElement | undefined {
  return [...pane.querySelectorAll<HTMLElement>(selector)].find((element) => element.offsetParent !== null)
}

function focusFirst(selector: string): boolean {
  const element = document.querySelector<HTMLElement>(selector)
  element?.focus()
  return element !== null
}
