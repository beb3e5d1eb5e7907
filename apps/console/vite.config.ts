import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const server = process.env.GUICHET_SERVER ?? 'http://localhost:8080'

/** The console is served by the server at `/`; while developing, Vite serves it and passes the rest on. */
export default defineConfig({
  plugins: [react()],
  build: { outDir: 'dist', target: 'es2023', chunkSizeWarningLimit: 700 },
  server: {
    proxy: {
      '/api': { target: server, ws: true },
      '/demo': server,
      '/widget.js': server,
    },
  },
})
