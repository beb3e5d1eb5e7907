import { defineConfig } from 'vite'
import { chunks } from './build/chunks.plugin.ts'

export default defineConfig({
  publicDir: false,
  plugins: [chunks(['call', 'more'])],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2022',
    modulePreload: false,
    lib: { entry: 'src/main.tsx', formats: ['iife'], name: 'guichetWidget', fileName: () => 'widget.js' },
    rolldownOptions: { output: { extend: true } },
  },
})
