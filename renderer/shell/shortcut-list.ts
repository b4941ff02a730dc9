/** Every key that does something today, by what one wants. */
export function listShortcuts(
  modifier: string,
): readonly { readonly title: string; readonly lines: readonly (readonly [name: string, ...keys: string[]])[] }[] {
  return [
    {
      title: 'Move',
      lines: [
        ['Down, up', 'J', 'K', '↓', '↑'],
        ['Newest, oldest', 'Home', 'End'],
        ['Open', 'Enter'],
        ['Back, clear', 'Esc'],
        ['Focus list, request', `${modifier} [`, `${modifier} ]`],
        ['Next pane', 'F6'],
      ],
    },
    {
      title: 'Do',
      lines: [
        ['Resend', 'R'],
        ['Edit and resend', 'E'],
        ['Send the draft', `${modifier} ↵`],
        ['New request', `${modifier} N`],
        ['Select more', 'Shift ↓', 'Shift ↑'],
        ['Select all', `${modifier} A`],
        ['Pin', 'P'],
        ['Colour, none', '1', '…', '5', '0'],
        ['Write a note', 'N'],
        ['Copy the body', 'Y'],
        ['Delete', 'Del', `${modifier} ⌫`],
        ['Clear all but pinned', `${modifier} Shift ⌫`],
        ['Undo', `${modifier} Z`],
      ],
    },
    {
      title: 'Find',
      lines: [['Search', '/']],
    },
    {
      title: 'Creel',
      lines: [
        ['Preferences', `${modifier} ,`],
        ['Shortcuts', '?'],
      ],
    },
  ]
}
