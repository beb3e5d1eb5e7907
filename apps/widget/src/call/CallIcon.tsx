const paths = {
  mic: 'M12 14.5a3 3 0 0 0 3-3V6a3 3 0 0 0-6 0v5.5a3 3 0 0 0 3 3zM6 11.5a6 6 0 0 0 12 0M12 17.5V21',
  micOff:
    'M9 9.5v2a3 3 0 0 0 4.5 2.6M15 11V6a3 3 0 0 0-5.9-.8M6 11.5a6 6 0 0 0 9.7 4.7M18 11.5c0 .8-.2 1.6-.4 2.3M12 17.5V21M4 4l16 16',
  camera: 'M3.5 7h11v10h-11zM14.5 11l6-3.5v9l-6-3.5',
  screen: 'M3.5 5h17v11.5h-17zM9 20h6M12 13.5v-5M9.5 10.5L12 8l2.5 2.5',
  keypad: 'M6 5h.01M12 5h.01M18 5h.01M6 11h.01M12 11h.01M18 11h.01M6 17h.01M12 17h.01M18 17h.01M12 22h.01',
  gear: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM9 19.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z',
  phone:
    'M6.5 4h3l1.5 4-2 1.5a11 11 0 0 0 5.5 5.5l1.5-2 4 1.5v3a2 2 0 0 1-2.2 2A15.5 15.5 0 0 1 4.5 6.2 2 2 0 0 1 6.5 4z',
  chat: 'M4 5.5h16v11H11l-4.5 3.5v-3.5H4z',
  hangUp:
    'M3 14.5c0-5 18-5 18 0v1.5a1 1 0 0 1-1.2 1l-3-.7a1 1 0 0 1-.8-1v-2c-2.5-.9-5.5-.9-8 0v2a1 1 0 0 1-.8 1l-3 .7a1 1 0 0 1-1.2-1z',
} as const

export type CallIconName = keyof typeof paths

/** A decorative outline; the button around it has the name. */
export function CallIcon({ name }: { name: CallIconName }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  )
}
