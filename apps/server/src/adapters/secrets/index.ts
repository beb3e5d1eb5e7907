export { createSecretBox, digestHash } from './sealed.adapter.ts'
