import { useEffect } from 'react'
import { useSettings } from '../store/settings.ts'

/** Pins the theme on the root; `system` leaves it to the desktop. */
export function useTheme(): void {
  const theme = useSettings((settings) => settings.theme)
  useEffect(() => {
    const root = document.documentElement
    if (theme === 'system') delete root.dataset['theme']
    else root.dataset['theme'] = theme
  }, [theme])
}
