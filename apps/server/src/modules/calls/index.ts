export { type CallsModule, type CallsModuleDeps, createCallsModule } from './calls.module.ts'
export type {
  CallNumbersPort,
  CallsConversationsPort,
  PhoneConversationsPort,
  PromptFilesPort,
} from './calls.ports.ts'
export { AlreadyInCallError, type CallStart, type CallsService } from './calls.service.ts'
export type { MediaPort } from './media.ports.ts'
export type {
  IncomingPhone,
  PhoneCause,
  PhoneEvent,
  PhoneId,
  PhoneOrigin,
  PhonePort,
} from './phone.ports.ts'
export { MAX_SPOKEN_LENGTH, type SpeechPort, type SpeechRequest, type SpokenPrompt } from './speech.ports.ts'
