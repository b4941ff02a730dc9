import type { RequestChanges } from '../../protocol/draft.ts'
import { countOf } from './bytes.ts'

/** "body, signed anew", "nothing changed". */
export function describeChanges(changes: RequestChanges): string {
  const { method, path, headers, headerOrder, body, signature } = changes
  const what = changes.hasOriginal
    ? [
        ...(body ? ['body'] : []),
        ...(method ? ['method'] : []),
        ...(path ? ['path'] : []),
        ...(headers.length > 0 ? [countOf(headers.length, 'header')] : []),
        ...(headerOrder ? ['order of headers'] : []),
      ]
    : ['new request']
  const nothing = what.length === 0 && signature !== 'anew' && signature !== 'unsigned' && signature !== 'edited'
  return [...(nothing ? ['nothing changed'] : what), ...signatureWords(changes)].join(', ')
}

function signatureWords({ signature, body }: RequestChanges): string[] {
  switch (signature) {
    case 'none':
      return []
    case 'original':
      return body ? ['original signature'] : []
    case 'edited':
      return ['signature edited']
    case 'anew':
      return ['signed anew']
    case 'unsigned':
      return ['unsigned']
  }
}
