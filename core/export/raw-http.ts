import { textOf, wireBytes, type ExportedRequest } from './exported-request.ts'

/** A request as it was received: request line, header lines, an empty line, the body. A body that is no text stands in base64, and a line says so. */
export function toRawHttp({ request, body }: ExportedRequest): string {
  const head = [
    `${request.method} ${request.requestTarget} HTTP/1.1`,
    ...request.headers.map(([name, value]) => `${name}: ${value}`),
  ]
  const written = head.map((line) => textOf(wireBytes(line)) ?? line).join('\r\n')
  const text = textOf(body)
  const content = text ?? `(${body.length} bytes, here in base64)\r\n${Buffer.from(body).toString('base64')}`
  return `${written}\r\n\r\n${content}`
}
