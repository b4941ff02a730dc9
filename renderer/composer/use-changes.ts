import { useMemo } from 'react'
import type { RequestFull } from '../../protocol/ipc.ts'
import type { SignatureReport } from '../../protocol/signature.ts'
import { restOfTarget } from '../format/path.ts'
import { useComposer } from '../store/composer.ts'
import { useTargets } from '../store/targets.ts'
import { compareHead, pathOf, type Comparable, type HeadChanges } from './compare-draft.ts'
import { atTarget } from './target-of-url.ts'
import type { BodyChange } from './use-body-facts.ts'

export type DraftChanges = {
  readonly head: HeadChanges
  readonly body: BodyChange
  readonly signature: 'none' | 'original' | 'anew' | 'unsigned'
  /** The line that it stands in. */
  readonly signatureName: string | null
}

/** How the draft differs from its original as it is now; null when there is none to compare with. */
export function useChanges(body: BodyChange, report: SignatureReport | null): DraftChanges | null {
  const content = useComposer((state) => state.content)
  const original = useComposer((state) => state.original)
  const targets = useTargets((state) => state.targets)
  return useMemo(() => {
    if (original === null) return null
    const signatureNames = report === null || report.state === 'none' ? [] : report.headerNames
    const urls = targets.map(({ url }) => url)
    const head = compareHead(content, { ...comparable(original, urls), signatureNames })
    const hasSignature = signatureNames.length > 0 || content.signing.kind === 'anew'
    return {
      head,
      body,
      signature: hasSignature ? content.signing.kind : 'none',
      signatureName: signatureNames[0] ?? null,
    }
  }, [content, original, targets, body, report])
}

function comparable({ request }: RequestFull, targets: readonly string[]): Omit<Comparable, 'signatureNames'> {
  const rest = restOfTarget(request)
  const own = pathOf(`http://any${rest === '' ? '/' : rest}`)
  const paths = [own, ...targets.map((target) => pathOf(atTarget(`${target}${rest}`, target, target)))]
  return { method: request.method, headers: request.headers, paths }
}
