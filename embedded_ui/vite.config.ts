import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'
import { precompress } from './build/precompress.ts'
import { fakeApi } from './dev/fakeApi.ts'
import { preloadFont } from './build/preloadFont.ts'
import { startEarly } from './build/startEarly.ts'

const shared = { minShareCount: 3, priority: 1 }
/** Left alone, each set of screens that share a module gets a chunk: some sixty requests for a first page. */
const chunks = [
  { name: 'start', test: /\/src\/(start|api\/(addresses|early)|screens\/(first|influencers\/view))\.ts$|preload-helper/, priority: 3 },
  { name: 'main', tags: ['$initial' as const], priority: 2 },
  { name: 'common', test: /\/src\/(parts|lib|host)\/|\/text\/table|@tanstack|@tabler|@mantine\/hooks/, ...shared },
  { name: 'fields', test: /@mantine\/core\/.*components\/(Input|InputBase|CloseButton|NativeSelect)\//, ...shared },
  { name: 'floating', test: /@floating-ui|@mantine\/core\/.*components\/(Popover|Menu|FocusTrap|Portal|ActionIcon)\//, ...shared },
]

export default defineConfig(({ command }) => ({
  plugins: [react(), preloadFont(), startEarly(), precompress(), command === 'serve' && fakeApi()],
  build: {
    target: 'es2023',
    assetsInlineLimit: 0,
    reportCompressedSize: true,
    rolldownOptions: { output: { codeSplitting: { groups: chunks } } },
  },
  test: { environment: 'happy-dom', include: ['src/**/*.test.ts'] },
}))
