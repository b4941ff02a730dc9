import styles from './detail.module.css'

/** The frame of a request with grey bars, and the sentence that says why. */
export function DetailLoading() {
  return (
    <>
      <div className={styles['toolbar']} />
      <output className={styles['loading']}>
        <span>Reading the request</span>
        <span className={styles['bone']} style={{ width: '82%' }} />
        <span className={styles['bone']} style={{ width: '44%' }} />
        <span className={styles['bone']} style={{ width: '60%' }} />
      </output>
    </>
  )
}
