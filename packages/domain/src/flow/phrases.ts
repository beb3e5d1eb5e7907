import type { Locale, LocalizedText } from './document.ts'

type Phrase = Required<LocalizedText>

/** What the system itself says, where a designer has written nothing. */
export const phrases = {
  notAChoice: {
    en: 'That is not one of the choices.',
    fr: 'Ce choix n’existe pas.',
  },
  noInput: {
    en: 'We have not received your choice. Please call again. Goodbye.',
    fr: 'Nous n’avons pas reçu votre choix. Merci de rappeler. Au revoir.',
  },
  overflow: {
    en: 'All our lines are busy. Please try again later. Goodbye.',
    fr: 'Toutes nos lignes sont occupées. Merci de réessayer plus tard. Au revoir.',
  },
  timeout: {
    en: 'We are sorry that nobody could answer you. Please try again later. Goodbye.',
    fr: 'Nous sommes désolés que personne n’ait pu vous répondre. Merci de réessayer plus tard. Au revoir.',
  },
  noAgents: {
    en: 'Nobody is available to take your call at the moment. Please try again later. Goodbye.',
    fr: 'Personne n’est disponible pour prendre votre appel en ce moment. Merci de réessayer plus tard. Au revoir.',
  },
  unavailable: {
    en: 'This service is not available at the moment. Please try again later. Goodbye.',
    fr: 'Ce service n’est pas disponible en ce moment. Merci de réessayer plus tard. Au revoir.',
  },
  continueByChat: {
    en: 'Let us continue in the chat.',
    fr: 'Continuons dans la discussion.',
  },
  transferFailed: {
    en: 'We could not reach this person.',
    fr: 'Nous n’avons pas pu joindre cette personne.',
  },
  agentLost: {
    en: 'The connection to our colleague was lost. You keep your place.',
    fr: 'La liaison avec notre collègue a été perdue. Vous gardez votre place.',
  },
} as const satisfies Record<string, Phrase>

const MINUTE_MS = 60_000

/** Whole minutes that a caller can rely on: rounded up, by fives above ten; null above an hour. */
function roundedMinutes(waitMs: number): number | null {
  const minutes = Math.ceil(waitMs / MINUTE_MS)
  if (minutes <= 10) return minutes
  const rounded = Math.ceil(minutes / 5) * 5
  return rounded <= 60 ? rounded : null
}

/** "You are number 2.", or that the caller comes next; `position` counts from 1. */
export function describePosition(position: number, language: Locale): string {
  if (language === 'fr')
    return position === 1 ? 'Votre appel est le prochain.' : `Vous êtes en position ${position}.`
  return position === 1 ? 'You are next in line.' : `You are number ${position}.`
}

/** "The expected wait is about 3 minutes.", rounded so as not to promise too much. */
export function describeExpectedWait(waitMs: number, language: Locale): string {
  if (waitMs < MINUTE_MS)
    return language === 'fr'
      ? 'L’attente prévue est de moins d’une minute.'
      : 'The expected wait is less than a minute.'
  const minutes = roundedMinutes(waitMs)
  if (minutes === null)
    return language === 'fr'
      ? 'L’attente prévue est de plus d’une heure.'
      : 'The expected wait is more than an hour.'
  if (language === 'fr')
    return `L’attente prévue est d’environ ${minutes === 1 ? 'une minute' : `${minutes} minutes`}.`
  return `The expected wait is about ${minutes === 1 ? 'one minute' : `${minutes} minutes`}.`
}
