import type { RequestColour } from '../../../protocol/request.ts'

const COLOUR = /^colou?r:([1-5])$/i

/** Takes `colour:1` to `colour:5` out of a search's text: what is in quotes is looked for as it is. */
export function readColours(text: string): { readonly colours: readonly RequestColour[]; readonly text: string } {
  const colours = new Set<RequestColour>()
  const rest = text.replaceAll(/"[^"]*"?|[^\s"]+/g, (word) => {
    const number = COLOUR.exec(word)?.[1]
    if (number === undefined) return word
    colours.add(Number(number))
    return ''
  })
  return { colours: [...colours], text: rest }
}
