import { config } from 'zod'

// The console's content policy forbids making code from text, and zod would try; it must be told before any schema.
config({ jitless: true })
