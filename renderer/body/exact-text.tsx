import styles from './body.module.css'
import { showUnseen } from './visible-text.ts'

/** Text of a sender, with caps where characters cannot be seen. */
export function ExactText({ text }: { text: string }) {
  return showUnseen('plain', text).map((span, at) =>
    span.kind === 'cap' ? (
      <span key={at} className={styles['cap']} data-real={span.real}>
        {span.text}
      </span>
    ) : (
      span.text
    ),
  )
}
