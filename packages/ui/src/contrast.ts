const named: Record<string, string> = { black: '#000000', white: '#ffffff' }

const channel = (hex: string, at: number) => {
  const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255
  return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
}

const luminance = (colour: string) => {
  const given = named[colour] ?? colour
  const hex = given.length === 4 ? `#${[...given.slice(1)].map(c => c + c).join('')}` : given
  return 0.2126 * channel(hex, 1) + 0.7152 * channel(hex, 3) + 0.0722 * channel(hex, 5)
}

/** Contrast of two opaque hex colours, from 1 to 21. @source WCAG 2.2 §1.4.3 */
export const contrastRatio = (one: string, other: string): number => {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number]
  return (lighter + 0.05) / (darker + 0.05)
}
