import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'
import type { BodyPart } from '../core/history/history.ts'
import { DraftId } from '../protocol/draft.ts'
import { AttemptId, RequestId } from '../protocol/ids.ts'
import { answerBody, type BodySource } from './body-answer.ts'

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
}

/** The page may load what belongs to it, and nothing else; styles in elements need the nonce of this load. */
export function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** Answers what the page asks of `creel-app://app/`: its own files and the bodies of requests. Knows nothing of Electron. */
export function createPageServer(options: {
  /** Folder of the built page. */
  readonly root: string
  readonly bodies: BodySource
}): (request: Request) => Promise<Response> {
  return async (request) => {
    const url = new URL(request.url)
    if (url.host !== 'app') return plain(404, 'There is nothing at this address.')
    if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'Only GET and HEAD are answered.')
    if (url.pathname.startsWith('/body/')) {
      const part = readPart(url)
      if (part === null) return plain(400, 'A body is asked for as /body/<id>?part=request, response or draft.')
      return answerBody(options.bodies, part, request)
    }
    return answerFile(options.root, url.pathname)
  }
}

function readPart(url: URL): BodyPart | null {
  const number = Number(url.pathname.slice('/body/'.length))
  const kind = url.searchParams.get('part')
  if (kind === 'request') {
    const id = RequestId.safeParse(number)
    return id.success ? { kind, id: id.data } : null
  }
  if (kind === 'draft') {
    const id = DraftId.safeParse(number)
    return id.success ? { kind, id: id.data } : null
  }
  if (kind === 'response') {
    const id = AttemptId.safeParse(number)
    return id.success ? { kind, id: id.data } : null
  }
  return null
}

async function answerFile(root: string, path: string): Promise<Response> {
  const name = path === '/' ? '/index.html' : decodePath(path)
  if (name === null) return plain(400, 'This address is not percent-encoded as it should be.')
  const wanted = normalize(join(root, name))
  if (!wanted.startsWith(root + sep)) return plain(404, 'There is nothing at this address.')
  let content: Buffer<ArrayBuffer>
  try {
    content = await readFile(wanted)
  } catch (problem) {
    if (problem instanceof Error && 'code' in problem && (problem.code === 'ENOENT' || problem.code === 'EISDIR')) {
      return plain(404, 'There is nothing at this address.')
    }
    throw problem
  }
  if (extname(wanted) === '.html') return answerPage(content.toString('utf8'))
  return new Response(content, {
    headers: {
      'content-type': CONTENT_TYPES[extname(wanted)] ?? 'application/octet-stream',
      'x-content-type-options': 'nosniff',
    },
  })
}

function decodePath(path: string): string | null {
  try {
    return decodeURIComponent(path)
  } catch {
    return null
  }
}

function answerPage(html: string): Response {
  const nonce = randomBytes(16).toString('base64url')
  return new Response(html.replace('<head>', `<head><meta name="csp-nonce" content="${nonce}">`), {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': contentSecurityPolicy(nonce),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    },
  })
}

function plain(status: number, text: string): Response {
  return new Response(text, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } })
}
