import { hasRole, type Policy } from '../../platform/index.ts'

/** Who reads articles: whoever answers visitors, and whoever writes what they are told. */
export const mayReadArticles: Policy<null> = principal =>
  hasRole(principal, 'administrator', 'designer', 'manager', 'agent', 'expert')

/** Who writes articles: the bot says what they say. */
export const mayWriteArticles: Policy<null> = principal => hasRole(principal, 'administrator', 'designer')
