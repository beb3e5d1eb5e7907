/** The line that puts the widget on a page, for a server at `origin`. */
export const widgetSnippet = (origin: string): string =>
  `<script src="${origin}/widget.js" data-guichet async></script>`

/** Origins out of a text of one a line; empty lines and repeats do not count. */
export const parseOrigins = (text: string): string[] => [
  ...new Set(
    text
      .split('\n')
      .map(line => line.trim().replace(/\/$/, ''))
      .filter(line => line !== ''),
  ),
]

/** The first line that is not a web origin; null when all are. */
export const findBadOrigin = (origins: readonly string[]): string | null =>
  origins.find(origin => {
    if (!/^https?:\/\//.test(origin) || !URL.canParse(origin)) return true
    return new URL(origin).origin !== origin.toLowerCase()
  }) ?? null
