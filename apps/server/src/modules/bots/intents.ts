import { plain } from './words.ts'

/** What a visitor wants of the bot itself, rather than of the articles. */
export type Intent = 'person' | 'call' | 'greeting' | 'thanks' | null

const someone =
  '(person|human|human being|somebody|someone|agent|advis[eo]r|representative|operator|colleague|employee|staff|' +
  'customer service|real person|manager|assistant who|people|your team|the team|support)'
const quelquun =
  "(personne|humain|humaine|quelqu'un|quelqu un|quelquun|agent|agente|conseiller|conseillere|conseillers|operateur|" +
  'operatrice|employe|employee|responsable|collegue|vendeur|vendeuse|service client|equipe|vraie personne|etre humain)'

const person = [
  // English
  new RegExp(
    `\\b(talk|speak|chat|connect me|put me through|transfer me|pass me|get me)( \\w+){0,3} (to|with)?( \\w+){0,3} ?\\b${someone}\\b`,
  ),
  /\b(get|give|find|want|need|prefer|like)( me)?( an?| some| the)?( real| actual| live| other)? ?\b(human|human being|person|agent|advis[eo]r|representative|operator)\b(?! with)/,
  /^(a |an |the )?(real |live |actual )?(human|person|agent|advis[eo]r|representative|operator|someone|somebody)( please| now)*$/,
  /\b(is|are) (there|you) (a |an )?(real |actual )?(human|person|somebody|someone|anyone|anybody|robot|bot)\b/,
  /\b(not|no) (a |more )?(bot|robot|machine)s?\b/,
  // French
  new RegExp(
    `\\b(parler|discuter|echanger|communiquer|passe[rz]?|mettez|joindre|contacter|transfere[rz]?|mettre en relation)[ -]?(moi )?( ?\\w+'?){0,3} ?\\b${quelquun}\\b`,
  ),
  /\b(veux|voudrais|souhaite|souhaiterais|aimerais|prefere|besoin d|passez moi|donnez moi|il me faut)[ '-]?(avoir |de |d')?(un |une |le |la )?(vrai |vraie |autre )?(humain|humaine|conseiller|conseillere|agent|operateur|operatrice|personne|interlocuteur)\b/,
  /^(un |une |le )?(vrai |vraie )?(humain|conseiller|conseillere|agent|operateur|operatrice|quelqu'un|personne)( svp| stp| s'il vous plait| s'il te plait)*$/,
  /\b(y a|y a t|est ce)[ -]?(il )?(que )?(je parle a )?(un |une |quelqu'un|quelqu un)( vrai| vraie)?( humain| robot| personne| de reel)?$/,
  /\b(pas|plus) (a |de |d')?(un |une )?(bot|robot|machine)s?\b/,
]

const call = [
  /\b(call|phone|ring) (me|you|us|someone|somebody|your (team|shop|store))\b/,
  /\b(by|over the|on the) (phone|telephone)\b/,
  /\b(make|start|have|want|like|prefer) a (phone |voice |video )?call\b/,
  /\bphone (call|number)\b/,
  /\b(appeler|appelez|rappeler|rappelez|telephoner|telephonez)\b/,
  /\b(par|au) telephone\b/,
  /\b(numero de telephone|appel (vocal|video|telephonique))\b/,
]

const greeting =
  /^(hello|hi|hey|hiya|good (morning|afternoon|evening|day)|bonjour|bonsoir|salut|coucou|allo|hello there|hi there)( (all|everyone|a tous|madame|monsieur|you))*$/
const thanks =
  /^(ok |okay |super |parfait |great |perfect )?(thanks|thank you|thx|many thanks|cheers|merci)( (a lot|so much|very much|beaucoup|bien|bonne journee|a vous|infiniment|again|for your help|pour votre aide))*$/

/** Recognises wishes that no article answers; the question decides by its words, in either language. */
export function detectIntent(text: string): Intent {
  const said = plain(text)
    .replace(/[^\p{L}\p{N}' -]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  if (person.some(pattern => pattern.test(said))) return 'person'
  if (call.some(pattern => pattern.test(said))) return 'call'
  if (greeting.test(said)) return 'greeting'
  if (thanks.test(said)) return 'thanks'
  return null
}
