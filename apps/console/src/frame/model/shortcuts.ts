export type ShortcutName = 'accept' | 'decline' | 'command' | 'next' | 'previous' | 'mute' | 'hold'

type Chord = { key: string; ctrl?: true; ctrlOrMeta?: true; shift?: true; alt?: true; print: string }

/** Every key of the console. All carry a modifier, so that none fires while somebody is typing words. */
export const shortcuts: Readonly<Record<ShortcutName, Chord>> = {
  accept: { key: 'a', ctrl: true, shift: true, print: 'Ctrl+Shift+A' },
  decline: { key: 'd', ctrl: true, shift: true, print: 'Ctrl+Shift+D' },
  mute: { key: 'm', ctrl: true, shift: true, print: 'Ctrl+Shift+M' },
  hold: { key: 'h', ctrl: true, shift: true, print: 'Ctrl+Shift+H' },
  command: { key: 'k', ctrlOrMeta: true, print: 'Ctrl+K' },
  next: { key: 'arrowdown', alt: true, print: 'Alt+↓' },
  previous: { key: 'arrowup', alt: true, print: 'Alt+↑' },
}

type KeyPress = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>

/** The shortcut that a key press means, if any. */
export const matchShortcut = (press: KeyPress): ShortcutName | null => {
  const key = press.key.toLowerCase()
  const found = (Object.entries(shortcuts) as [ShortcutName, Chord][]).find(([, chord]) => {
    const control = chord.ctrlOrMeta
      ? press.ctrlKey !== press.metaKey
      : press.ctrlKey === (chord.ctrl ?? false) && !press.metaKey
    return (
      key === chord.key &&
      control &&
      press.shiftKey === (chord.shift ?? false) &&
      press.altKey === (chord.alt ?? false)
    )
  })
  return found?.[0] ?? null
}

/** A shortcut in the form that assistive technology reads. @source WAI-ARIA 1.2 aria-keyshortcuts */
export const ariaShortcut = (name: ShortcutName): string => {
  const { key, ctrl, ctrlOrMeta, shift, alt } = shortcuts[name]
  const keys: Readonly<Record<string, string>> = { arrowdown: 'ArrowDown', arrowup: 'ArrowUp' }
  return [
    ...(ctrl || ctrlOrMeta ? ['Control'] : []),
    ...(alt ? ['Alt'] : []),
    ...(shift ? ['Shift'] : []),
    keys[key] ?? key.toUpperCase(),
  ].join('+')
}
