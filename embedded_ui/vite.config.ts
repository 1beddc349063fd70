import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { precompress } from './build/precompress'
import { fakeApi } from './dev/fakeApi'
import { preloadFont } from './build/preloadFont'

export default defineConfig(({ command }) => ({
  plugins: [react(), preloadFont(), precompress(), command === 'serve' && fakeApi()],
  build: {
    target: 'es2023',
    assetsInlineLimit: 0,
    reportCompressedSize: true,
  },
  test: { environment: 'happy-dom', include: ['src/**/*.test.ts'] },
}))
