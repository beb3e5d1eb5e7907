import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ariaShortcut, matchShortcut, type ShortcutName, shortcuts } from './shortcuts.ts'

const press = (key: string, held: Partial<Record<'ctrl' | 'meta' | 'shift' | 'alt', boolean>> = {}) => ({
  key,
  ctrlKey: held.ctrl ?? false,
  metaKey: held.meta ?? false,
  shiftKey: held.shift ?? false,
  altKey: held.alt ?? false,
})

test('each chord means its own act', () => {
  assert.equal(matchShortcut(press('A', { ctrl: true, shift: true })), 'accept')
  assert.equal(matchShortcut(press('D', { ctrl: true, shift: true })), 'decline')
  assert.equal(matchShortcut(press('k', { ctrl: true })), 'command')
  assert.equal(matchShortcut(press('k', { meta: true })), 'command')
  assert.equal(matchShortcut(press('ArrowDown', { alt: true })), 'next')
})

test('plain typing means nothing', () => {
  for (const chord of Object.values(shortcuts)) {
    assert.equal(matchShortcut(press(chord.key)), null)
    assert.equal(matchShortcut(press(chord.key, { shift: true })), null)
  }
})

test('one key more or less is another chord', () => {
  assert.equal(matchShortcut(press('a', { ctrl: true })), null)
  assert.equal(matchShortcut(press('a', { ctrl: true, shift: true, alt: true })), null)
  assert.equal(matchShortcut(press('a', { meta: true, shift: true })), null)
})

test('no two acts share a chord', () => {
  const prints = (Object.keys(shortcuts) as ShortcutName[]).map(name => shortcuts[name].print)
  assert.equal(new Set(prints).size, prints.length)
})

test('a chord is told to assistive technology in its own form', () => {
  assert.equal(ariaShortcut('accept'), 'Control+Shift+A')
  assert.equal(ariaShortcut('next'), 'Alt+ArrowDown')
})
