export * from './chromium.ts'
export * from './page-picture.ts'
export * from './page-sound.ts'
