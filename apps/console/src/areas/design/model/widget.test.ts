import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findBadOrigin, parseOrigins, widgetSnippet } from './widget.ts'

test('one origin a line, trimmed, without repeats or a final slash', () => {
  assert.deepEqual(parseOrigins(' https://a.example/\n\nhttps://a.example\nhttp://b.example:8080 '), [
    'https://a.example',
    'http://b.example:8080',
  ])
})

test('only a scheme, a host and a port make an origin', () => {
  assert.equal(findBadOrigin(['https://a.example', 'http://localhost:3000']), null)
  for (const bad of [
    'a.example',
    'https://',
    'https://a.example/shop',
    'javascript:alert(1)',
    'https://u@a.example',
    '*',
  ])
    assert.equal(findBadOrigin(['https://ok.example', bad]), bad)
})

test('the line names the server that gave it', () =>
  assert.equal(
    widgetSnippet('https://g.example'),
    '<script src="https://g.example/widget.js" data-guichet async></script>',
  ))
