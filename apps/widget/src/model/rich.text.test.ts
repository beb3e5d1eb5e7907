import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { safeHref, splitLinks, textOfHtml } from './rich.text.ts'

const links = (text: string) => splitLinks(text).flatMap(part => (part.href ? [part.href] : []))

describe('links in messages', () => {
  it('links what is safe and leaves the sentence’s punctuation out', () => {
    assert.deepEqual(splitLinks('See https://a.example/x?y=1. Or (www.b.example)!'), [
      { text: 'See ', href: null },
      { text: 'https://a.example/x?y=1', href: 'https://a.example/x?y=1' },
      { text: '. Or (', href: null },
      { text: 'www.b.example', href: 'https://www.b.example/' },
      { text: ')!', href: null },
    ])
    assert.deepEqual(links('mailto:a@b.example tel:+33123456789'), ['mailto:a@b.example', 'tel:+33123456789'])
  })

  it('loses no character of any text', () => {
    const texts = [
      '',
      'plain',
      'https://',
      'https://a b',
      'x https://é.example/ü…',
      'https://a.example\nhttps://b.example',
    ]
    for (const text of texts) {
      assert.equal(
        splitLinks(text)
          .map(part => part.text)
          .join(''),
        text,
      )
    }
  })

  it('links no script, no data and no odd address', () => {
    for (const text of [
      'javascript:alert(1)',
      'data:text/html,x',
      'file:///etc/passwd',
      'vbscript:x',
      'java\nscript:x',
    ]) {
      assert.deepEqual(links(text), [])
      assert.equal(safeHref(text), null)
    }
    assert.equal(safeHref('not an address'), null)
  })

  it('is quick with hostile text', () => {
    const began = performance.now()
    splitLinks(`https://${'a.'.repeat(4_000)}`)
    splitLinks('www.'.repeat(2_000))
    textOfHtml('<'.repeat(8_000))
    textOfHtml('<script'.repeat(1_000))
    assert.ok(performance.now() - began < 500)
  })
})

describe('text of formatted messages', () => {
  it('keeps the words and drops the markup', () => {
    assert.equal(textOfHtml('<p>One &amp; <b>two</b></p><div>three</div>'), 'One & two\nthree')
    assert.equal(textOfHtml('a<br>b<br/>c'), 'a\nb\nc')
    assert.equal(textOfHtml('x<script>alert(1)</script>y<style>z'), 'xy')
    assert.equal(textOfHtml('<img src=x onerror="alert(1)"'), '')
    assert.equal(textOfHtml('1 &lt; 2 &unknown; &#39;'), "1 < 2 &unknown; '")
  })
})
