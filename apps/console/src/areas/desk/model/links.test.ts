import assert from 'node:assert/strict'
import { test } from 'node:test'
import { splitLinks } from './links.ts'

test('addresses are found within words, without the sentence’s signs', () => {
  assert.deepEqual(splitLinks('See https://shop.example/a?b=1, or (http://x.example).'), [
    { kind: 'text', text: 'See ' },
    { kind: 'link', text: 'https://shop.example/a?b=1' },
    { kind: 'text', text: ', or (' },
    { kind: 'link', text: 'http://x.example' },
    { kind: 'text', text: ').' },
  ])
})

test('only web addresses become links, and nothing of the text is lost', () => {
  for (const text of [
    'javascript:alert(1)',
    'data:text/html,x',
    'https://',
    '',
    'plain',
    '<a href="https://x.example">',
  ]) {
    const parts = splitLinks(text)
    assert.equal(parts.map(part => part.text).join(''), text)
    for (const part of parts) if (part.kind === 'link') assert.match(part.text, /^https?:\/\//)
  }
  assert.ok(splitLinks('javascript:alert(1)').every(part => part.kind === 'text'))
})
