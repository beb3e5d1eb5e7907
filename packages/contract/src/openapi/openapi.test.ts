import assert from 'node:assert/strict'
import { test } from 'node:test'
import { httpRoutes } from '../http.ts'
import { socketEvents, socketMethods } from '../socket.ts'
import { createOpenApiDocument, createSocketDocument } from './index.ts'

type Operation = { operationId: string; parameters?: { name: string; in: string; required: boolean }[] }

test('every route is an operation with its own id and its path parameters', () => {
  const document = createOpenApiDocument('1.0.0') as { paths: Record<string, Record<string, Operation>> }
  const operations = Object.values(document.paths).flatMap(path => Object.values(path))
  assert.equal(operations.length, Object.keys(httpRoutes).length)
  assert.equal(new Set(operations.map(operation => operation.operationId)).size, operations.length)
  for (const [path, methods] of Object.entries(document.paths)) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(match => match[1])
    for (const operation of Object.values(methods)) {
      const given = (operation.parameters ?? []).filter(parameter => parameter.in === 'path')
      assert.deepEqual(
        given.map(parameter => parameter.name),
        named,
      )
      assert.ok(given.every(parameter => parameter.required))
    }
  }
})

test('every socket method and event is told', () => {
  const document = createSocketDocument()
  for (const name of [...Object.keys(socketMethods), ...Object.keys(socketEvents)]) {
    assert.ok(document.includes(`### ${name}\n`), name)
  }
})
