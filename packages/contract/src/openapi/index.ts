import { z } from 'zod'
import { Problem } from '../common.ts'
import { httpRoutes, type RouteAccess, type RouteSpec } from '../http.ts'
import { socketEvents, socketMethods } from '../socket.ts'

type Json = Record<string, unknown>

const securityOf: Record<RouteAccess, Json[]> = {
  public: [],
  visitor: [{ visitorToken: [] }],
  staff: [{ staffSession: [] }],
  visitorOrStaff: [{ visitorToken: [] }, { staffSession: [] }],
}

/** The HTTP API as an OpenAPI 3.1 document, made from the route table alone. */
export function createOpenApiDocument(version: string): Json {
  const paths: Record<string, Json> = {}
  for (const [route, spec] of Object.entries(httpRoutes) as [string, RouteSpec][]) {
    const [method = 'GET', path = '/'] = route.split(' ')
    const template = path.replace(/:([A-Za-z]+)/g, '{$1}')
    paths[template] = { ...paths[template], [method.toLowerCase()]: operation(route, spec) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Guichet',
      version,
      description:
        'HTTP API of the contact centre. Chat, calls and live views use the socket at `/api/socket`; see docs/generated/socket.md.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: {
      schemas: { Problem: jsonSchema(Problem, 'output') },
      securitySchemes: {
        visitorToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        staffSession: { type: 'apiKey', in: 'cookie', name: 'guichet.session_token' },
      },
    },
  }
}

/** The socket's methods and events with their JSON schemas, as Markdown. */
export function createSocketDocument(): string {
  const lines = ['# Socket', '', 'Generated from `packages/contract/src/socket.ts`.', '', '## Methods', '']
  for (const [name, spec] of Object.entries(socketMethods)) {
    lines.push(`### ${name}`, '', `For: ${spec.by.join(', ')}.`, '')
    lines.push('Parameters:', '', ...block(jsonSchema(spec.params, 'input')), '')
    lines.push('Result:', '', ...block(jsonSchema(spec.result, 'output')), '')
  }
  lines.push('## Events', '')
  for (const [name, payload] of Object.entries(socketEvents)) {
    lines.push(`### ${name}`, '', ...block(jsonSchema(payload, 'output')), '')
  }
  return `${lines.join('\n').trimEnd()}\n`
}

function operation(route: string, spec: RouteSpec): Json {
  const parameters = [...parametersOf(spec.params, 'path'), ...parametersOf(spec.query, 'query')]
  const success =
    spec.bytes === 'response'
      ? { 'application/octet-stream': {} }
      : spec.response && { 'application/json': { schema: jsonSchema(spec.response, 'output') } }
  const body =
    spec.bytes === 'request'
      ? {
          'multipart/form-data': {
            schema: {
              type: 'object',
              properties: { file: { type: 'string', format: 'binary' } },
              required: ['file'],
            },
          },
        }
      : spec.body && { 'application/json': { schema: jsonSchema(spec.body, 'input') } }
  return {
    operationId: operationId(route),
    summary: spec.summary,
    security: securityOf[spec.access],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: { required: true, content: body } } : {}),
    responses: {
      [spec.status]: { description: 'Done', ...(success ? { content: success } : {}) },
      default: {
        description: 'A problem (RFC 9457)',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  }
}

function parametersOf(schema: z.ZodType | undefined, place: 'path' | 'query'): Json[] {
  if (schema === undefined) return []
  const json = jsonSchema(schema, 'input') as { properties?: Record<string, unknown>; required?: string[] }
  return Object.entries(json.properties ?? {}).map(([name, value]) => ({
    name,
    in: place,
    required: place === 'path' || (json.required ?? []).includes(name),
    schema: value,
  }))
}

function operationId(route: string): string {
  const [method = '', path = ''] = route.split(' ')
  const words = path.split(/[/:-]/).filter(word => word !== '' && word !== 'api')
  return method.toLowerCase() + words.map(word => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json
  return json
}

function block(json: Json): string[] {
  return ['```json', JSON.stringify(json, null, 2), '```']
}
