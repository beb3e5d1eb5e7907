import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { prepareDataFolder } from './data-folder.ts'

const place = mkdtempSync(join(tmpdir(), 'guichet-folder-'))

describe('the data folder', () => {
  after(() => rmSync(place, { recursive: true }))

  it('is made with the folders above it, for its owner alone', () => {
    const folder = join(place, 'a/b/data')
    prepareDataFolder(folder)
    prepareDataFolder(folder)
    assert.equal(statSync(folder).mode & 0o777, 0o700)
  })

  it('that nobody can make is told in one sentence', {
    skip: process.platform === 'linux' ? false : 'only Linux has /proc',
  }, () => {
    const told = (folder: string) =>
      new RegExp(`^The data folder ${folder} cannot be written \\(\\w+\\); choose another DATA_DIR`)
    for (const folder of ['/proc/x', '/proc/x/y', '/sys/x/y']) {
      assert.throws(() => prepareDataFolder(folder), { name: 'StartupError', message: told(folder) })
    }
  })

  it('that is a file, or below one, is told in one sentence', () => {
    const file = join(place, 'file')
    writeFileSync(file, '')
    assert.throws(() => prepareDataFolder(join(file, 'data')), /cannot be written \(ENOTDIR\)/)
    assert.throws(() => prepareDataFolder(file), /cannot be written \(ENOTDIR\)/)
  })
})
