import {
  createDarkTheme,
  createHighContrastTheme,
  createLightTheme,
  type Theme,
} from '@fluentui/react-components'
import { brand } from './brand.ts'

/** What a person may choose; `system` follows the browser. */
export type ThemeChoice = 'system' | 'light' | 'dark' | 'highContrast'
export type ThemeName = Exclude<ThemeChoice, 'system'>

const fonts = {
  fontFamilyBase:
    "'Segoe UI Variable Text', 'Segoe UI', system-ui, -apple-system, Roboto, 'Noto Sans', sans-serif",
  fontFamilyNumeric: "'Segoe UI', system-ui, -apple-system, Roboto, 'Noto Sans', sans-serif",
}

/** Every colour, size and shadow of the console, by theme. The brand text is lightened in the dark for AA contrast. */
export const themes: Readonly<Record<ThemeName, Theme>> = {
  light: {
    ...createLightTheme(brand),
    ...fonts,
    colorNeutralForeground3: '#5c5c5c',
    colorNeutralForeground4: '#636363',
  },
  dark: {
    ...createDarkTheme(brand),
    ...fonts,
    colorBrandBackground2: brand[30],
    colorBrandBackground2Hover: brand[40],
    colorBrandForeground1: brand[120],
    colorBrandForeground2: brand[130],
    colorBrandForegroundLink: brand[130],
    colorBrandForegroundLinkHover: brand[140],
    colorNeutralForeground4: '#a3a3a3',
  },
  highContrast: { ...createHighContrastTheme(), ...fonts },
}

/** The theme to show, given the choice and what the browser prefers. */
export const resolveTheme = (
  choice: ThemeChoice,
  prefers: { dark: boolean; moreContrast: boolean },
): ThemeName => {
  if (choice !== 'system') return choice
  if (prefers.moreContrast) return 'highContrast'
  return prefers.dark ? 'dark' : 'light'
}
