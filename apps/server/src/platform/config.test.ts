import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readConfig, StartupError, variableOf } from './config.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'guichet-config-'))

test('defaults serve a demo on loopback', () => {
  const config = readConfig({ DATA_DIR: folder() }, '/')
  assert.equal(config.host, '127.0.0.1')
  assert.equal(config.port, 8080)
  assert.equal(config.demo, true)
})

test('every wrong setting is told at once', () => {
  assert.throws(
    () =>
      readConfig({ DATA_DIR: folder(), PORT: '99999', MEDIA_PORT: 'abc', DATABASE_URL: 'mysql://x' }, '/'),
    (error: Error) => {
      assert.ok(error instanceof StartupError)
      for (const name of ['PORT', 'MEDIA_PORT', 'DATABASE_URL']) assert.match(error.message, new RegExp(name))
      return true
    },
  )
})

test('demo mode refuses to listen beyond loopback', () => {
  assert.throws(() => readConfig({ DATA_DIR: folder(), HOST: '0.0.0.0' }, '/'), /demo mode/)
  assert.equal(readConfig({ DATA_DIR: folder(), HOST: '0.0.0.0', DEMO: 'false' }, '/').host, '0.0.0.0')
})

test('the environment wins over guichet.json, and unknown keys there are told', () => {
  const dataDir = folder()
  writeFileSync(join(dataDir, 'guichet.json'), JSON.stringify({ port: 9000, logLevel: 'warn' }))
  const config = readConfig({ DATA_DIR: dataDir, PORT: '9001' }, '/')
  assert.equal(config.port, 9001)
  assert.equal(config.logLevel, 'warn')
  writeFileSync(join(dataDir, 'guichet.json'), JSON.stringify({ prot: 9000 }))
  assert.throws(() => readConfig({ DATA_DIR: dataDir }, '/'), /prot/)
})

test('a broken guichet.json is one clear sentence', () => {
  const dataDir = folder()
  writeFileSync(join(dataDir, 'guichet.json'), '{ port: ')
  assert.throws(() => readConfig({ DATA_DIR: dataDir }, '/'), /guichet\.json is not valid JSON settings/)
})

test('names of variables follow the settings', () => {
  assert.equal(variableOf('mediaAnnouncedAddress'), 'MEDIA_ANNOUNCED_ADDRESS')
})
