import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contrastRatio } from './contrast.ts'
import { resolveTheme, themes } from './theme.ts'

const textOn = [
  ['colorNeutralForeground1', 'colorNeutralBackground1'],
  ['colorNeutralForeground2', 'colorNeutralBackground2'],
  ['colorNeutralForeground3', 'colorNeutralBackground3'],
  ['colorBrandForeground1', 'colorNeutralBackground1'],
  ['colorBrandForegroundLink', 'colorNeutralBackground1'],
  ['colorNeutralForeground1', 'colorBrandBackground2'],
  ['colorBrandForeground2', 'colorBrandBackground2'],
  ['colorNeutralForegroundOnBrand', 'colorBrandBackground'],
  ['colorNeutralForegroundOnBrand', 'colorBrandBackgroundHover'],
] as const

for (const name of ['light', 'dark', 'highContrast'] as const)
  for (const [text, ground] of textOn)
    test(`${name}: ${text} on ${ground} reads at AA`, () => {
      const ratio = contrastRatio(themes[name][text], themes[name][ground])
      assert.ok(ratio >= 4.5, `${ratio.toFixed(2)} is below 4.5`)
    })

test('a choice wins; the browser decides otherwise, contrast before darkness', () => {
  assert.equal(resolveTheme('light', { dark: true, moreContrast: true }), 'light')
  assert.equal(resolveTheme('system', { dark: true, moreContrast: true }), 'highContrast')
  assert.equal(resolveTheme('system', { dark: true, moreContrast: false }), 'dark')
  assert.equal(resolveTheme('system', { dark: false, moreContrast: false }), 'light')
})
