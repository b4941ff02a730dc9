export type Instruction = { readonly name: string; readonly words: string }
export type Stage = {
  readonly image: string
  readonly name: string | null
  readonly instructions: readonly Instruction[]
}

/** Takes a Dockerfile apart into its stages: comments go, lines that end in a backslash are put together. No heredocs, no parser directives. */
export function readDockerfile(text: string): readonly Stage[] {
  const lines = text.replaceAll(/^\s*#.*\n/gm, '').replaceAll(/\\\n\s*/g, ' ')
  const stages: { image: string; name: string | null; instructions: Instruction[] }[] = []
  for (const line of lines.split('\n').filter((one) => one.trim() !== '')) {
    const [, name = '', words = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? []
    if (name === '') throw new Error(`no instruction: ${line}`)
    if (name === 'FROM') {
      const [, image = '', stage = null] = /^(\S+)(?: AS (\S+))?$/.exec(words) ?? []
      stages.push({ image, name: stage, instructions: [] })
    } else {
      const stage = stages.at(-1)
      if (stage === undefined) throw new Error(`before the first FROM: ${line}`)
      stage.instructions.push({ name, words })
    }
  }
  return stages
}

/** The words of the last instruction of that name. @throws Error if there is none. */
export function lastOf(stage: Stage, name: string): string {
  const found = stage.instructions.findLast((one) => one.name === name)
  if (found === undefined) throw new Error(`The stage ${stage.name ?? stage.image} has no ${name}.`)
  return found.words
}

/** `KEY=value KEY=value` of ENV; no quotes. */
export function readEnvironment(stage: Stage): Readonly<Record<string, string>> {
  const pairs = stage.instructions.filter(({ name }) => name === 'ENV').flatMap(({ words }) => words.split(/\s+/))
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]))
}
