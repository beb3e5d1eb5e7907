/** The browser's own notifications, shown when nobody looks at the page. */
export type ScreenNotifications = {
  permission(): NotificationPermission | 'unsupported'
  /** Asks the person; only from a click. */
  ask(): Promise<void>
  /** Shows one while the page is hidden; the result takes it away. */
  show(input: { title: string; body: string; tag: string; onClick: () => void }): () => void
}

/** Makes the notifications of this page; harmless where the browser has none. */
export const createScreenNotifications = (): ScreenNotifications => ({
  permission: () => ('Notification' in globalThis ? Notification.permission : 'unsupported'),
  async ask() {
    if ('Notification' in globalThis) await Notification.requestPermission()
  },
  show({ title, body, tag, onClick }) {
    if (!('Notification' in globalThis) || Notification.permission !== 'granted' || !document.hidden)
      return () => undefined
    try {
      const shown = new Notification(title, { body, tag, requireInteraction: true, silent: true })
      shown.onclick = () => {
        window.focus()
        onClick()
        shown.close()
      }
      return () => shown.close()
    } catch {
      // Mobile browsers have the class but forbid making one.
      return () => undefined
    }
  },
})
