import type { HttpRequest, HttpResponse, HttpRoute, HttpRoutes } from '@guichet/contract'
import type { ClientEnvironment } from './environment.ts'
import { offlineProblem, ProblemError, problemFromBody } from './problem.error.ts'

type ByteRoute<D extends 'request' | 'response'> = {
  [R in HttpRoute]: HttpRoutes[R] extends { bytes: D } ? R : never
}[HttpRoute]
type JsonRoute = Exclude<HttpRoute, ByteRoute<'request'> | ByteRoute<'response'>>
type CallArguments<R extends HttpRoute> =
  unknown extends HttpRequest<R>
    ? [request?: { signal?: AbortSignal }]
    : [request: HttpRequest<R> & { signal?: AbortSignal }]

export type HttpClientOptions = {
  /** Origin of the server, without a trailing slash; empty for the page's own. */
  baseUrl: string
  environment: Pick<ClientEnvironment, 'fetch' | 'createRequest'>
  /** Bearer token of a visitor; staff come by cookie. */
  getToken?: () => string | null | Promise<string | null>
  /** Whether cookies travel; `same-origin` when absent. */
  credentials?: RequestCredentials
}

export type HttpClient = {
  /**
   * Calls a JSON route, e.g. `call('GET /api/conversations/:conversationId', { params })`.
   * @throws ProblemError with the server's code, or `offline`, `aborted`, `unreadable-answer`.
   */
  call<R extends JsonRoute>(route: R, ...request: CallArguments<R>): Promise<HttpResponse<R>>
  /** Uploads one file with progress from 0 to 1. @throws ProblemError as `call` does. */
  upload<R extends ByteRoute<'request'>>(
    route: R,
    request: HttpRequest<R> & {
      file: Blob
      name: string
      onProgress?: (ratio: number) => void
      signal?: AbortSignal
    },
  ): Promise<HttpResponse<R>>
  /** Downloads bytes with the caller's rights. @throws ProblemError as `call` does. */
  download<R extends ByteRoute<'response'>>(
    route: R,
    request: HttpRequest<R> & { signal?: AbortSignal },
  ): Promise<Blob>
}

/** Method and address of a route with its `:params` and query filled in and encoded. */
export function resolveRoute(
  route: string,
  params: Readonly<Record<string, unknown>> = {},
  query: Readonly<Record<string, unknown>> = {},
): { method: string; path: string } {
  const [method = 'GET', template = '/'] = route.split(' ')
  const path = template.replace(/:(\w+)/g, (_match, name: string) => encodeURIComponent(String(params[name])))
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value))
  const suffix = search.toString()
  return { method, path: suffix ? `${path}?${suffix}` : path }
}

type LooseRequest = {
  params?: Record<string, unknown>
  query?: Record<string, unknown>
  body?: unknown
  signal?: AbortSignal
}

const abortedProblem = () => new ProblemError({ code: 'aborted', title: 'Given up' })

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A client of every HTTP route, typed by the contract. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { baseUrl, environment } = options

  async function headers(): Promise<Record<string, string>> {
    const token = await options.getToken?.()
    return token ? { authorization: `Bearer ${token}` } : {}
  }

  async function request(route: string, input: LooseRequest): Promise<Response> {
    const { method, path } = resolveRoute(route, input.params, input.query)
    const init: RequestInit = {
      method,
      headers: {
        ...(await headers()),
        ...(input.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      credentials: options.credentials ?? 'same-origin',
    }
    if (input.body !== undefined) init.body = JSON.stringify(input.body)
    if (input.signal) init.signal = input.signal
    let response: Response
    try {
      response = await environment.fetch(baseUrl + path, init)
    } catch {
      throw input.signal?.aborted ? abortedProblem() : offlineProblem()
    }
    if (!response.ok) throw problemFromBody(response.status, parseJson(await response.text().catch(() => '')))
    return response
  }

  return {
    async call(route, ...[input]) {
      const response = await request(route, (input ?? {}) as LooseRequest)
      if (response.status === 204) return {} as never
      const body = parseJson(await response.text().catch(() => ''))
      if (body === undefined) {
        throw new ProblemError({
          code: 'unreadable-answer',
          title: 'The answer was not JSON',
          status: response.status,
        })
      }
      return body as never
    },

    async download(route, input) {
      return (await request(route, input as LooseRequest)).blob()
    },

    async upload(route, input) {
      const { params, query } = input as LooseRequest
      const { method, path } = resolveRoute(route, params, query)
      const sent = await headers()
      return new Promise((resolve, reject) => {
        const xhr = environment.createRequest()
        xhr.open(method, baseUrl + path)
        xhr.withCredentials = options.credentials === 'include'
        for (const [name, value] of Object.entries(sent)) xhr.setRequestHeader(name, value)
        xhr.upload.onprogress = event => {
          if (event.lengthComputable) input.onProgress?.(event.loaded / event.total)
        }
        xhr.onload = () => {
          const body = parseJson(xhr.responseText)
          if (xhr.status >= 200 && xhr.status < 300 && body !== undefined) resolve(body as never)
          else reject(problemFromBody(xhr.status, body))
        }
        xhr.onerror = () => reject(offlineProblem())
        xhr.onabort = () => reject(abortedProblem())
        if (input.signal?.aborted) return reject(abortedProblem())
        input.signal?.addEventListener('abort', () => xhr.abort(), { once: true })
        const form = new FormData()
        form.append('file', input.file, input.name)
        xhr.send(form)
      })
    },
  }
}
