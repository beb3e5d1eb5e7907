import { RouterProvider } from '@tanstack/react-router'
import { useState } from 'react'
import { FeedbackProvider } from './Feedback.tsx'
import { createConsoleRouter } from './router.tsx'
import { useServices } from './ServicesContext.ts'

/** The console of a signed-in person. */
export const Workspace = () => {
  const { me } = useServices()
  const [router] = useState(() => createConsoleRouter(me.roles))
  return (
    <FeedbackProvider>
      <RouterProvider router={router} />
    </FeedbackProvider>
  )
}
