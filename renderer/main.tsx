import './styles/tokens.css'
import './styles/base.css'
import './zod-without-eval.ts'

// Behind the setting: every schema is made under it, in whatever file the bundler puts it.
void import('./start.tsx')
