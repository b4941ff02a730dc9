import styles from './body.module.css'

/** In place of a body: a title and one sentence. */
export function BodyNotice({ title, text }: { title: string; text: string }) {
  return (
    <div className={styles['notice']}>
      <h3>{title}</h3>
      <p>{text}</p>
    </div>
  )
}

const WIDTHS = ['12%', '46%', '58%', '34%', '51%', '40%', '27%']

/** Grey bars where lines will stand, with a sentence. Shown only to those who waited. */
export function LoadingLines({ text }: { text: string }) {
  return (
    <output className={styles['loading']}>
      <span>{text}</span>
      {WIDTHS.map((width) => (
        <span key={width} className={styles['bone']} style={{ width }} />
      ))}
    </output>
  )
}
