import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'
import { precompress } from './build/precompress.ts'
import { fakeApi } from './dev/fakeApi.ts'
import { preloadFont } from './build/preloadFont.ts'

export default defineConfig(({ command }) => ({
  plugins: [react(), preloadFont(), precompress(), command === 'serve' && fakeApi()],
  build: {
    target: 'es2023',
    assetsInlineLimit: 0,
    reportCompressedSize: true,
  },
  test: { environment: 'happy-dom', include: ['src/**/*.test.ts'] },
}))
