import { isRecord, type Problems } from './validate-problems.ts'

/** Checks how a header carries signatures. */
export function checkFormat(format: unknown, problems: Problems): void {
  if (!isRecord(format)) {
    problems.add('format', 'It is an object with a kind.')
    return
  }
  switch (format['kind']) {
    case 'raw':
      return
    case 'prefix':
      problems.text(format['prefix'], 'format.prefix', 40)
      if (format['optional'] !== undefined && typeof format['optional'] !== 'boolean') {
        problems.add('format.optional', 'It is true or false.')
      }
      return
    case 'kv':
      problems.oneOf(format['separator'], 'format.separator', [',', ';', ' ', '&'])
      problems.matches(format['signatureKey'], 'format.signatureKey', /^[\w-]{1,40}$/, 'letters, digits and hyphens')
      if (format['timestampKey'] !== undefined) {
        problems.matches(format['timestampKey'], 'format.timestampKey', /^[\w-]{1,40}$/, 'letters, digits and hyphens')
      }
      if (format['joiner'] !== undefined) problems.text(format['joiner'], 'format.joiner', 4)
      return
    case 'list':
      problems.oneOf(format['separator'], 'format.separator', [',', ';', ' '])
      problems.text(format['prefix'], 'format.prefix', 40)
      return
    case 'template':
      if (problems.text(format['template'], 'format.template', 200)) checkTemplate(format['template'], problems)
      return
    default:
      problems.oneOf(format['kind'], 'format.kind', ['raw', 'prefix', 'kv', 'list', 'template'])
  }
}

function checkTemplate(template: string, problems: Problems): void {
  const names = [...template.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name)
  const unknown = names.find((name) => !['sig', 'ts', 'id', 'any'].includes(name))
  if (unknown !== undefined) problems.add('format.template', `{${unknown}} is not known.`)
  if (names.filter((name) => name === 'sig').length !== 1) problems.add('format.template', '{sig} stands in it once.')
  if (names.length > 8) problems.add('format.template', 'There are 8 placeholders at most.')
  if (/\}\{/.test(template)) problems.add('format.template', 'Something stands between two placeholders.')
}
