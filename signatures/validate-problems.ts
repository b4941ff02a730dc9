/** What is wrong, and with which field: `format.prefix`. */
export type Problem = { readonly field: string; readonly message: string }

/** Problems as they are found. Each check says whether its value is good. */
export class Problems {
  readonly list: Problem[] = []

  add(field: string, message: string): void {
    this.list.push({ field, message })
  }

  text(value: unknown, field: string, most: number): value is string {
    const isGood = typeof value === 'string' && value !== '' && value.length <= most
    if (!isGood) this.add(field, `It is a text of 1 to ${most} characters.`)
    return isGood
  }

  matches(value: unknown, field: string, pattern: RegExp, form: string): void {
    if (typeof value !== 'string' || !pattern.test(value)) this.add(field, `It consists of ${form}.`)
  }

  oneOf(value: unknown, field: string, values: readonly string[]): void {
    if (!values.some((each) => each === value)) this.add(field, `It is one of ${values.join(', ')}.`)
  }

  headerName(value: unknown, field: string): void {
    this.matches(value, field, /^[!#$%&'*+.^_`|~\w-]{1,100}$/, "a header's letters, 100 at most")
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
