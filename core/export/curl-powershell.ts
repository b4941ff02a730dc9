import { curlArguments } from './curl-arguments.ts'
import { textOf, wireBytes, type ExportedRequest } from './exported-request.ts'

/**
 * A command for PowerShell (5.1 and newer) that sends the same bytes with the curl.exe of Windows. How PowerShell passes quotes and what is not ASCII to a
 * program differs by version, so whatever has such goes through a file, which is removed afterwards.
 */
export function toCurlPowerShell(exported: ExportedRequest): string {
  const { options, headers, url, hasBody } = curlArguments(exported)
  const before: string[] = []
  const after: string[] = []
  const parts = [['curl.exe', ...options.flat().map(argument), argument(url)].join(' ')]
  if (headers.every(isPlain)) parts.push(...headers.map((header) => `-H ${argument(header)}`))
  else {
    before.push('$headers = New-TemporaryFile', write('$headers', wireBytes(`${headers.join('\n')}\n`)))
    parts.push('-H "@$headers"')
    after.push('Remove-Item $headers')
  }
  if (hasBody) {
    before.push('$body = New-TemporaryFile', write('$body', exported.body))
    parts.push('--data-binary "@$body"')
    after.push('Remove-Item $body')
  }
  return [...before, parts.join(' `\n  '), ...after].join('\n')
}

/** Whether every version passes it on as it is. */
function isPlain(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text) && !/["]|\\$/.test(text)
}

function argument(text: string): string {
  return /^[\w./:=-]+$/.test(text) ? text : quote(text)
}

/** Typographic quotes are quotes to PowerShell too. */
function quote(text: string): string {
  return `'${text.replaceAll(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`
}

function write(file: string, bytes: Uint8Array): string {
  const text = textOf(bytes)
  // A terminal may change line ends and control characters of what is pasted.
  // oxlint-disable-next-line no-control-regex -- these are what must not stand in a command as they are
  const isTyped = text !== null && !/[\0-\x1f\x7f\ufeff]/.test(text)
  return isTyped
    ? `[IO.File]::WriteAllText(${file}, ${quote(text)})`
    : `[IO.File]::WriteAllBytes(${file}, [Convert]::FromBase64String('${Buffer.from(bytes).toString('base64')}'))`
}
