import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { editDistance, likenessTo, nearestWord, plain, subjectWords } from './words.ts'

describe('words of a question', () => {
  it('are those that carry its subject', () => {
    assert.deepEqual(subjectWords("Hello, I'd like to know where's my order please?", 'en'), [
      'to',
      'where',
      'my',
      'order',
    ])
    assert.deepEqual(subjectWords('Bonjour, où est l’étiquette d’un colis s’il vous plaît ?', 'fr'), [
      'où',
      'étiquette',
      'un',
      'colis',
      'il',
      'vous',
    ])
    assert.deepEqual(subjectWords('colis colis COLIS', 'fr'), ['colis'])
    assert.deepEqual(subjectWords('?! 😀 \u0000', 'en'), [])
  })
  it('are bounded', () => {
    const long = Array.from({ length: 500 }, (_, index) => `word${index}`).join(' ')
    assert.equal(subjectWords(long, 'en').length, 40)
  })
  it('are compared without case and accents', () => {
    assert.equal(plain('ÉTÉ à l’œuvre'), "ete a l'oeuvre")
  })
  it('count edits, a swap of neighbours as one', () => {
    const rows: [string, string, number][] = [
      ['', '', 0],
      ['a', '', 1],
      ['retrun', 'return', 1],
      ['livrason', 'livraison', 1],
      ['kitten', 'sitting', 3],
    ]
    for (const [a, b, distance] of rows) assert.equal(editDistance(a, b), distance, `${a} ${b}`)
  })
  it('are mended when near enough, and left alone otherwise', () => {
    const vocabulary = ['return', 'refund', 'delivery', 'order', 'present']
    assert.equal(nearestWord('retrun', vocabulary), 'return')
    assert.equal(nearestWord('delivrey', vocabulary), 'delivery')
    assert.equal(nearestWord('odr', vocabulary), null)
    assert.equal(nearestWord('president', vocabulary), null)
    assert.equal(nearestWord('bicycle', vocabulary), null)
  })
  it('tell how alike two texts are', () => {
    assert.equal(likenessTo('Où est ma commande')('ou est ma commande ?'), 1)
    assert.equal(likenessTo('gift card')('Gift cards'), 1)
    assert.equal(likenessTo('hello')('gift cards'), 0)
    assert.equal(likenessTo('')(''), 0)
  })
})
