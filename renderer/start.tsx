import { CSPProvider } from '@base-ui/react/csp-provider'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { bridge } from './bridge.ts'
import { TooltipProvider } from './parts/tooltip.tsx'
import { reportProblems } from './report-problems.ts'
import { followApp } from './store/follow-app.ts'

reportProblems(bridge())
followApp(bridge())

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content
const root = document.querySelector('#root')
if (root === null) throw new Error('The page has no #root to draw in.')

createRoot(root).render(
  <StrictMode>
    <CSPProvider nonce={nonce}>
      <TooltipProvider>
        <App />
      </TooltipProvider>
    </CSPProvider>
  </StrictMode>,
)
