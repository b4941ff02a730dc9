import { bodyUrl, type RequestFull } from '../../../../protocol/ipc.ts'
import { BodyViewer } from '../../../body/body-viewer.tsx'
import { setView, useView } from '../../../store/view.ts'
import { contentEncoding, messageHead } from './message-head.ts'

/** The body of a request in the viewer that answers have too. */
export function BodyTab({ full }: { full: RequestFull }) {
  const { request } = full
  const view = useView((state) => state.bodyView)
  return (
    <BodyViewer
      label="Body"
      view={view}
      onView={(bodyView) => setView({ bodyView })}
      facts={{
        url: bodyUrl(request.id, 'request'),
        contentType: request.contentType,
        encoding: contentEncoding(request.headers),
        bytes: request.bodyBytes,
        sha256: request.bodySha256,
        head: messageHead(`${request.method} ${request.requestTarget} HTTP/1.1`, request.headers),
        cut: null,
        emptyBecause: `The sender sent none with this ${request.method}.`,
      }}
    />
  )
}
