import { defineConfig } from 'vite'
import { callChunk } from './build/call-chunk.plugin.ts'

export default defineConfig({
  publicDir: false,
  plugins: [callChunk()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2022',
    modulePreload: false,
    lib: { entry: 'src/main.tsx', formats: ['iife'], name: 'guichetWidget', fileName: () => 'widget.js' },
    rolldownOptions: { output: { extend: true } },
  },
})
