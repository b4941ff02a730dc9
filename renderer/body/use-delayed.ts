import { useEffect, useState } from 'react'

/** True once `isOn` has held for `ms`: what is there sooner than that shows no sign of waiting. */
export function useDelayed(isOn: boolean, ms: number): boolean {
  const [isLate, setLate] = useState(false)
  useEffect(() => {
    if (!isOn) return
    const timer = setTimeout(() => setLate(true), ms)
    return () => {
      clearTimeout(timer)
      setLate(false)
    }
  }, [isOn, ms])
  return isOn && isLate
}
