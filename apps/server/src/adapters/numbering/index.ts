export { createNumberPlan } from './libphonenumber.adapter.ts'
