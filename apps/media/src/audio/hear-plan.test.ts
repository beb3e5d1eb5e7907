import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type LegFacts, type PlaybackFacts, planHearing, planKey } from './hear-plan.ts'

const leg = (legId: string, change: Partial<LegFacts> = {}): LegFacts => ({
  legId,
  flowing: true,
  muted: false,
  held: false,
  deaf: false,
  audibleTo: 'everyone',
  ...change,
})

const hears = (who: string, legs: LegFacts[], playbacks: PlaybackFacts[] = []) =>
  planKey(planHearing(legs.find(({ legId }) => legId === who) as LegFacts, legs, playbacks))

describe('hear plan', () => {
  it('gives silence alone, relays one, mixes two', () => {
    assert.equal(hears('a', [leg('a')]), 'silence')
    assert.equal(hears('a', [leg('a'), leg('b')]), 'relay b')
    assert.equal(hears('a', [leg('a'), leg('c'), leg('b')]), 'mix b,c ')
  })

  it('plays one playback as it is and mixes it with anything else', () => {
    const music = { playId: 'm', legIds: undefined }
    assert.equal(hears('a', [leg('a')], [music]), 'play m')
    assert.equal(hears('a', [leg('a'), leg('b')], [music]), 'mix b m')
    assert.equal(hears('a', [leg('a')], [music, { playId: 'k', legIds: ['a'] }]), 'mix  k,m')
    assert.equal(hears('a', [leg('a')], [{ playId: 'k', legIds: ['b'] }]), 'silence')
  })

  it('keeps a held leg apart, with only the playbacks that name it', () => {
    const legs = [leg('a', { held: true }), leg('b'), leg('c')]
    assert.equal(hears('a', legs), 'silence')
    assert.equal(hears('b', legs), 'relay c')
    assert.equal(hears('a', legs, [{ playId: 'm', legIds: undefined }]), 'silence')
    assert.equal(hears('a', legs, [{ playId: 'm', legIds: ['a'] }]), 'play m')
  })

  it('lets a deaf leg hear playbacks and nobody else', () => {
    const legs = [leg('a', { deaf: true }), leg('b')]
    assert.equal(hears('a', legs), 'silence')
    assert.equal(hears('a', legs, [{ playId: 'm', legIds: undefined }]), 'play m')
    assert.equal(hears('b', legs), 'relay a')
  })

  it('monitors, whispers and barges by audibleTo', () => {
    const caller = leg('caller')
    const agent = leg('agent')
    const listening = [caller, agent, leg('boss', { audibleTo: 'nobody' })]
    assert.equal(hears('boss', listening), 'mix agent,caller ')
    assert.equal(hears('caller', listening), 'relay agent')
    const whispering = [caller, agent, leg('boss', { audibleTo: ['agent'] })]
    assert.equal(hears('caller', whispering), 'relay agent')
    assert.equal(hears('agent', whispering), 'mix boss,caller ')
  })

  // Every combination of flags of two legs, against the rule said in words.
  const flags = [false, true]
  const everyLeg = (legId: string): LegFacts[] =>
    flags.flatMap(flowing =>
      flags.flatMap(muted =>
        flags.flatMap(held =>
          flags.flatMap(deaf =>
            (['everyone', 'nobody', ['a', 'b'], []] as const).map(audibleTo =>
              leg(legId, {
                flowing,
                muted,
                held,
                deaf,
                audibleTo: typeof audibleTo === 'string' ? audibleTo : [...audibleTo],
              }),
            ),
          ),
        ),
      ),
    )

  it('follows the rule for every combination of two legs and a playback', () => {
    let checked = 0
    for (const a of everyLeg('a')) {
      for (const b of everyLeg('b')) {
        for (const legIds of [undefined, ['a'], ['b']]) {
          const bSpeaksToA = b.audibleTo === 'everyone' || b.audibleTo.includes('a')
          const hearsB = b.flowing && !b.muted && !b.held && bSpeaksToA && !a.held && !a.deaf
          const hearsMusic = legIds ? legIds.includes('a') : !a.held
          const expected = hearsB ? (hearsMusic ? 'mix b m' : 'relay b') : hearsMusic ? 'play m' : 'silence'
          assert.equal(hears('a', [a, b], [{ playId: 'm', legIds }]), expected)
          checked++
        }
      }
    }
    assert.equal(checked, 64 * 64 * 3)
  })

  it('never lets anybody hear themselves, in rooms of up to five', () => {
    for (let size = 1; size <= 5; size++) {
      const legs = Array.from({ length: size }, (_, i) => leg(`l${i}`))
      for (const { legId } of legs) {
        const plan = planHearing(leg(legId), legs, [])
        const sources = plan.kind === 'mix' ? plan.legIds : plan.kind === 'relay' ? [plan.legId] : []
        assert.equal(sources.length, size - 1)
        assert.ok(!sources.includes(legId))
      }
    }
  })
})
