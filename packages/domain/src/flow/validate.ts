import type { FileId, QueueId } from '../ids.ts'
import type { LocalizedText, MenuTarget, Music, Prompt, Target, VoiceApplication } from './document.ts'
import { Locale } from './document.ts'
import { pickText } from './turn.ts'

/** What may be wrong with a voice application. */
export type FlowProblemCode =
  | 'dangling-target'
  | 'unknown-file'
  | 'unknown-time-zone'
  | 'duplicate-language'
  | 'duplicate-queue'
  | 'duplicate-tone'
  | 'empty-menu'
  | 'silent-menu'
  | 'missing-text'
  | 'endless-chain'

/**
 * One thing to change, at a dotted path of the document. An error keeps the document from being published;
 * a warning is something that the interpreter copes with.
 */
export type FlowProblem = {
  path: string
  code: FlowProblemCode
  severity: 'error' | 'warning'
  message: Record<Locale, string>
}

/** Ids that exist; a kind that is absent is not checked. */
export type KnownIds = {
  queueIds?: ReadonlySet<string>
  workerIds?: ReadonlySet<string>
  fileIds?: ReadonlySet<string>
}

type At<T> = { path: string; value: T }
type Route = { path: string; target: Target; immediate: boolean }

/**
 * Everything that is wrong with one application among all of them; its own stored version in the list, if
 * any, is replaced by the one given.
 */
export function validateApplication(
  application: VoiceApplication,
  applications: readonly VoiceApplication[],
  known: KnownIds = {},
): FlowProblem[] {
  const all = [...applications.filter(({ id }) => id !== application.id), application]
  return [
    ...checkBasics(application, all, known),
    ...checkMenu(application),
    ...promptsOf(application).flatMap(prompt => checkPrompt(prompt, application, known)),
    ...targetsOf(application).flatMap(target => checkTarget(target, all, known)),
    ...checkChains(application, all),
  ]
}

function problem(
  path: string,
  code: FlowProblemCode,
  en: string,
  fr: string,
  severity: FlowProblem['severity'] = 'error',
): FlowProblem {
  return { path, code, severity, message: { en, fr } }
}

function checkBasics(
  application: VoiceApplication,
  all: VoiceApplication[],
  { queueIds }: KnownIds,
): FlowProblem[] {
  const found: FlowProblem[] = []
  if (!isTimeZone(application.timeZone))
    found.push(
      problem(
        'timeZone',
        'unknown-time-zone',
        `There is no time zone “${application.timeZone}”. Choose one such as Europe/Paris.`,
        `Le fuseau horaire « ${application.timeZone} » n’existe pas. Choisissez-en un comme Europe/Paris.`,
      ),
    )
  if (new Set(application.languages).size < application.languages.length)
    found.push(
      problem(
        'languages',
        'duplicate-language',
        'A language is listed twice.',
        'Une langue est indiquée deux fois.',
      ),
    )
  if (application.kind !== 'callQueue') return found
  if (queueIds && !queueIds.has(application.queueId)) found.push(dangling('queueId'))
  if (callQueuesOf(application.queueId, all).length > 1)
    found.push(
      problem(
        'queueId',
        'duplicate-queue',
        'Another call queue already serves this queue. Choose a queue of its own.',
        'Une autre file d’appels sert déjà cette file. Choisissez-en une qui lui soit propre.',
      ),
    )
  return found
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

function checkMenu(application: VoiceApplication): FlowProblem[] {
  if (application.kind !== 'autoAttendant' || application.defaultFlow.action.kind !== 'menu') return []
  const { options, prompt } = application.defaultFlow.action
  const path = 'defaultFlow.action'
  const found: FlowProblem[] = []
  if (options.length === 0)
    found.push(
      problem(
        `${path}.options`,
        'empty-menu',
        'The menu has no choices. Add one, or redirect the call instead.',
        'Le menu n’a aucun choix. Ajoutez-en un, ou redirigez l’appel.',
      ),
    )
  if (prompt.kind === 'none')
    found.push(
      problem(
        `${path}.prompt`,
        'silent-menu',
        'Nothing tells callers which keys to press. Write a prompt.',
        'Rien n’indique aux appelants quelles touches presser. Rédigez un message.',
        'warning',
      ),
    )
  options.forEach(({ tone, label }, index) => {
    const at = `${path}.options.${index}`
    if (options.findIndex(other => other.tone === tone) < index)
      found.push(
        problem(
          `${at}.tone`,
          'duplicate-tone',
          `Key ${tone} is used twice. Choose another key.`,
          `La touche ${tone} sert deux fois. Choisissez-en une autre.`,
        ),
      )
    found.push(...checkText({ path: `${at}.label`, value: label }, application))
  })
  return found
}

function checkPrompt(
  { path, value }: At<Prompt>,
  application: VoiceApplication,
  { fileIds }: KnownIds,
): FlowProblem[] {
  if (value.kind === 'text') return checkText({ path: `${path}.text`, value: value.text }, application)
  if (value.kind === 'file' && fileIds && !fileIds.has(value.fileId))
    return [
      problem(
        `${path}.fileId`,
        'unknown-file',
        'This sound file does not exist any more. Upload it again or choose another.',
        'Ce fichier sonore n’existe plus. Téléversez-le à nouveau ou choisissez-en un autre.',
      ),
    ]
  return []
}

const languageNames: Record<Locale, Record<Locale, string>> = {
  en: { en: 'English', fr: 'anglais' },
  fr: { en: 'French', fr: 'français' },
}

function checkText({ path, value }: At<LocalizedText>, { languages }: VoiceApplication): FlowProblem[] {
  const severity = pickText(value, 'en') ? 'warning' : 'error'
  return Locale.options
    .filter(language => languages.includes(language) && !value[language]?.trim())
    .map(language =>
      problem(
        `${path}.${language}`,
        'missing-text',
        `The text in ${languageNames[language].en} is missing.`,
        `Le texte en ${languageNames[language].fr} manque.`,
        severity,
      ),
    )
}

function dangling(path: string): FlowProblem {
  return problem(
    path,
    'dangling-target',
    'What this leads to does not exist any more. Choose another target.',
    'La destination n’existe plus. Choisissez-en une autre.',
  )
}

function checkTarget(
  { path, value }: At<MenuTarget>,
  all: VoiceApplication[],
  { queueIds, workerIds }: KnownIds,
): FlowProblem[] {
  switch (value.kind) {
    case 'application':
      return all.some(({ id }) => id === value.applicationId) ? [] : [dangling(path)]
    case 'queue':
      return callQueuesOf(value.queueId, all).length > 0 ? [] : [dangling(path)]
    case 'chat':
      return !value.queueId || !queueIds || queueIds.has(value.queueId) ? [] : [dangling(path)]
    case 'person':
      return !workerIds || workerIds.has(value.workerId) ? [] : [dangling(path)]
    default:
      return []
  }
}

function callQueuesOf(queueId: QueueId, all: VoiceApplication[]): VoiceApplication[] {
  return all.filter(candidate => candidate.kind === 'callQueue' && candidate.queueId === queueId)
}

/** A route that leads back to its own application without the caller doing anything. */
function checkChains(application: VoiceApplication, all: VoiceApplication[]): FlowProblem[] {
  return routesOf(application).flatMap(route => {
    const returnsAtOnce = route.immediate && leadsTo(application, route.target, all, true)
    if (!returnsAtOnce && !leadsTo(application, route.target, all, false)) return []
    return [
      returnsAtOnce
        ? problem(
            route.path,
            'endless-chain',
            'Calls can come back here without end and are cut off in the end. Lead them elsewhere.',
            'Les appels peuvent revenir ici sans fin et finissent par être coupés. Dirigez-les ailleurs.',
          )
        : problem(
            route.path,
            'endless-chain',
            'A caller who presses nothing comes back here again and again, until the call is cut off.',
            'Un appelant qui ne presse aucune touche revient ici, encore et encore, jusqu’à être coupé.',
            'warning',
          ),
    ]
  })
}

function leadsTo(
  application: VoiceApplication,
  target: Target,
  all: VoiceApplication[],
  immediately: boolean,
): boolean {
  const seen = new Set<VoiceApplication>()
  const ahead = [target]
  for (let next = ahead.pop(); next; next = ahead.pop()) {
    const entered = enteredBy(next, all)
    if (entered === application) return true
    if (!entered || seen.has(entered)) continue
    seen.add(entered)
    const routes = routesOf(entered).filter(route => route.immediate || !immediately)
    ahead.push(...routes.map(route => route.target))
  }
  return false
}

function enteredBy(target: Target, all: VoiceApplication[]): VoiceApplication | undefined {
  if (target.kind === 'application') return all.find(({ id }) => id === target.applicationId)
  if (target.kind === 'queue') return callQueuesOf(target.queueId, all)[0]
  return undefined
}

/** Where calls go by themselves; `immediate` unless a time must pass first. */
function routesOf(application: VoiceApplication): Route[] {
  if (application.kind === 'callQueue')
    return (['overflow', 'timeout', 'noAgents'] as const).map(name => ({
      path: `${name}.target`,
      target: application[name].target,
      immediate: name !== 'timeout',
    }))
  const { action } = application.defaultFlow
  return action.kind === 'redirect'
    ? [{ path: 'defaultFlow.action.target', target: action.target, immediate: true }]
    : [{ path: 'defaultFlow.action.noInput', target: action.noInput, immediate: false }]
}

function targetsOf(application: VoiceApplication): At<MenuTarget>[] {
  const routes = routesOf(application).map(({ path, target }) => ({ path, value: target }))
  if (application.kind === 'callQueue' || application.defaultFlow.action.kind === 'redirect') return routes
  const choices = application.defaultFlow.action.options.map(({ target }, index) => ({
    path: `defaultFlow.action.options.${index}.target`,
    value: target,
  }))
  return [...choices, ...routes]
}

function promptsOf(application: VoiceApplication): At<Prompt>[] {
  const withTargets = targetsOf(application).flatMap(({ path, value }): At<Prompt>[] => {
    if (value.kind === 'disconnect') return [{ path: `${path}.announcement`, value: value.announcement }]
    return value.kind === 'announcement' ? [{ path: `${path}.prompt`, value: value.prompt }] : []
  })
  if (application.kind === 'callQueue')
    return [
      { path: 'greeting', value: application.greeting },
      ...(['overflow', 'timeout', 'noAgents'] as const).map(name => ({
        path: `${name}.announcement`,
        value: application[name].announcement,
      })),
      ...musicOf(application.music),
      ...withTargets,
    ]
  const { greeting, action } = application.defaultFlow
  return [
    { path: 'defaultFlow.greeting', value: greeting },
    ...(action.kind === 'menu' ? [{ path: 'defaultFlow.action.prompt', value: action.prompt }] : []),
    ...withTargets,
  ]
}

/** Every sound file that an application plays, each once. */
export function filesOf(application: VoiceApplication): FileId[] {
  const files = promptsOf(application).flatMap(({ value }) => (value.kind === 'file' ? [value.fileId] : []))
  return [...new Set(files)]
}

function musicOf(music: Music): At<Prompt>[] {
  return music.kind === 'file' ? [{ path: 'music', value: music }] : []
}
