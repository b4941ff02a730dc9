import { useView } from '../store/view.ts'
import { AddSourceDialog } from './add-source-dialog.tsx'
import { ClearDialog } from './clear-dialog.tsx'
import { OtherHostDialog } from './other-host-dialog.tsx'
import { ReleaseDialog } from './release-dialog.tsx'
import { ShortcutSheet } from './shortcut-sheet.tsx'

/** The one dialog that is open, if any. */
export function Dialogs() {
  const dialog = useView((view) => view.dialog)
  switch (dialog?.kind) {
    case 'add-source':
      return <AddSourceDialog />
    case 'release':
      return <ReleaseDialog held={dialog.held} />
    case 'shortcuts':
      return <ShortcutSheet />
    case 'other-host':
      return <OtherHostDialog host={dialog.host} answer={dialog.answer} />
    case 'clear':
      return <ClearDialog sourceId={dialog.sourceId} />
    case undefined:
      return null
  }
}
