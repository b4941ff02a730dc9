import { clsx } from 'clsx'
import type { RequestColour } from '../../protocol/request.ts'
import styles from './colour-mark.module.css'

/** A square with the number of a colour, in its tint. Where its name does not stand beside it, `name` says it. */
export function ColourMark({ colour, name }: { colour: RequestColour; name?: string | undefined }) {
  const label =
    name === undefined
      ? { 'aria-hidden': true }
      : { role: 'img', 'aria-label': `colour ${colour}, ${name}`, title: name }
  return (
    <span className={clsx(styles['mark'], styles[`colour-${colour}`])} {...label}>
      {colour}
    </span>
  )
}
