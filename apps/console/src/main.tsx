import './app/zod-without-eval.ts'
import { QueryClient } from '@tanstack/react-query'
import { createRoot } from 'react-dom/client'
import { App } from './app/App.tsx'
import './app/page.css'

const root = document.getElementById('root')
if (!root) throw new Error('the page has no #root')

const queryClient = new QueryClient({
  defaultOptions: { queries: { retry: 1, staleTime: 15_000, refetchOnWindowFocus: true } },
})
createRoot(root).render(<App queryClient={queryClient} />)
