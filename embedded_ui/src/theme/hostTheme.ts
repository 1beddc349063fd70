import { createTheme, type CSSVariablesResolver, type MantineColorsTuple, type MantineThemeOverride } from '@mantine/core'
import type { HostKind } from '../host/kind'

const accent: MantineColorsTuple = [
  '#eff3fb', '#dfe7f7', '#c0d0ef', '#95b0e2', '#6389d1', '#3f6abf', '#2f58ab', '#264a93', '#1f3c78', '#182e5c',
]
const ink: MantineColorsTuple = [
  '#f6f6f7', '#ededef', '#dfe0e3', '#c6c8cd', '#9b9fa8', '#747984', '#5b606a', '#41454d', '#2a2d33', '#191b1f',
]
const danger: MantineColorsTuple = [
  '#fce7e7', '#f8d3d4', '#f0bfc2', '#e3989d', '#d66a72', '#c6323e', '#a11f2a', '#8b1822', '#73131b', '#5e131b',
]

const system =
  '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Noto Sans CJK SC", sans-serif'
const mono = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Roboto Mono", "Noto Sans Mono", monospace'

const hosts: Record<HostKind, MantineThemeOverride> = {
  shopify: {
    primaryColor: 'ink',
    primaryShade: 8,
    defaultRadius: 'md',
    fontFamily: `"Inter Variable", Inter, ${system}`,
  },
  wordpress: { primaryColor: 'accent', primaryShade: 6, defaultRadius: 'xs', fontFamily: system },
}

/** Everything that differs between the two admins, apart from the adapters in `host/`. */
export function hostTheme(host: HostKind): MantineThemeOverride {
  return createTheme({
    ...hosts[host],
    colors: { accent, ink, danger },
    fontFamilyMonospace: mono,
    fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
    lineHeights: { xs: '16px', sm: '20px', md: '20px', lg: '24px', xl: '28px' },
    spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
    radius: { xs: '3px', sm: '4px', md: '8px', lg: '10px', xl: '16px' },
    headings: {
      fontWeight: '600',
      sizes: {
        h1: { fontSize: '20px', lineHeight: '28px' },
        h2: { fontSize: '14px', lineHeight: '20px' },
        h3: { fontSize: '13px', lineHeight: '20px' },
      },
    },
    cursorType: 'pointer',
    respectReducedMotion: true,
    components: {
      Button: { defaultProps: { size: 'sm' } },
      TextInput: { defaultProps: { size: 'sm' } },
      NumberInput: { defaultProps: { size: 'sm', hideControls: true } },
      NativeSelect: { defaultProps: { size: 'sm' } },
      Select: { defaultProps: { size: 'sm', checkIconPosition: 'right', allowDeselect: false } },
      Checkbox: { defaultProps: { size: 'xs' } },
      Menu: { defaultProps: { shadow: 'md', position: 'bottom-end', offset: 4 } },
      Modal: {
        defaultProps: {
          centered: true,
          padding: 20,
          size: 480,
          overlayProps: { backgroundOpacity: 0.4 },
          transitionProps: { duration: 120 },
        },
      },
    },
  })
}

/** Mantine's own defaults miss the contrast that WCAG AA asks for: 3.3 for dimmed text, 1.5 for a field's border. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': 'var(--sc-surface)',
    '--mantine-color-text': 'var(--sc-text)',
    '--mantine-color-dimmed': 'var(--sc-muted)',
    '--mantine-color-placeholder': 'var(--sc-placeholder)',
    '--mantine-color-bright': 'var(--sc-text)',
    '--mantine-color-default-color': 'var(--sc-text)',
    '--mantine-color-error': 'var(--sc-danger)',
    '--mantine-color-default-border': 'var(--sc-button-border)',
    '--mantine-color-default-hover': 'var(--sc-hover)',
    '--mantine-color-anchor': 'var(--sc-link)',
  },
  dark: {},
})
