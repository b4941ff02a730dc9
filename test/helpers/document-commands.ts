import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../../scripts/setup/places.mjs'

export type DocumentCommand = { readonly document: string; readonly block: number; readonly command: string }

/** The documents that tell a person what to type. */
export function documents(): readonly string[] {
  const inDocs = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'))
  const atRoot = readdirSync(ROOT).filter((name) => name.endsWith('.md'))
  return [...atRoot, ...inDocs.map((name) => `docs/${name}`)].toSorted()
}

/** Every command of every fenced `sh` block, line by line, without its comment. */
export function documentCommands(): readonly DocumentCommand[] {
  return documents().flatMap((document) => {
    const text = readFileSync(join(ROOT, document), 'utf8')
    return [...text.matchAll(/^ *```sh\n(.*?)^ *```$/gms)].flatMap(([, lines = ''], block) =>
      lines
        .split('\n')
        .map((line) => line.replace(/(^|\s+)#.*$/, '').trim())
        .filter((command) => command !== '')
        .map((command) => ({ document, block, command })),
    )
  })
}

/** Fences of another kind than the documents have, and indented commands, would be read by nobody. */
export function unreadCommands(document: string): readonly string[] {
  const text = readFileSync(join(ROOT, document), 'utf8')
  const fences = [...text.matchAll(/^ *```(bash|shell|console|zsh)$/gm)].map(([fence]) => fence.trim())
  const indented = [...text.matchAll(/^ {4}(npm|node|npx|curl|creel|docker) .*$/gm)].map(([line]) => line.trim())
  return [...fences, ...indented]
}
