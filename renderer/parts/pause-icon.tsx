/** Two bars, drawn to the same grid and weight as the other icons. */
export function PauseIcon({ size }: { size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden stroke="currentColor" strokeWidth={3}>
      <path d="M8 5v14M16 5v14" strokeLinecap="round" />
    </svg>
  )
}
