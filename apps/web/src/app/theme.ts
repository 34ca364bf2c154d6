import {
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  type MantineTheme,
  rem,
} from '@mantine/core';

const lock: MantineColorsTuple = [
  '#eef6fb',
  '#d8eaf5',
  '#b3d5ea',
  '#82b8da',
  '#4f98c6',
  '#2a7cb0',
  '#136699',
  '#0c547f',
  '#0b4468',
  '#0a334e',
];
const gray: MantineColorsTuple = [
  '#f6f7f8',
  '#eef1f3',
  '#e4e8eb',
  '#d3d9de',
  '#b5bec5',
  '#89939b',
  '#6b757d',
  '#56616a',
  '#303940',
  '#151b20',
];
const dark: MantineColorsTuple = [
  '#dfe4e8',
  '#b3bcc3',
  '#98a2aa',
  '#6f7a82',
  '#2b3338',
  '#20272c',
  '#191f23',
  '#11161a',
  '#0c1013',
  '#080b0d',
];

const controlHeight = 'var(--lk-control)';
const smallControlHeight = 'var(--lk-control-small)';

const inputVars = () => ({
  wrapper: { '--input-height': controlHeight, '--input-fz': 'var(--lk-input-fz)' },
});

const buttonVars = (_theme: MantineTheme, { size }: { size?: string }) => ({
  root:
    size === 'xs'
      ? { '--button-height': smallControlHeight, '--button-padding-x': rem(10), '--button-fz': rem(13) }
      : {
          '--button-height': controlHeight,
          '--button-padding-x': rem(12),
          '--button-fz': 'var(--lk-button-fz)',
        },
});

const actionIconVars = (_theme: MantineTheme, { size }: { size?: string }) => ({
  root: { '--ai-size': size === 'sm' ? smallControlHeight : controlHeight },
});

/** Look and density of every control; see the visual concept for the reasons. */
export const theme = createTheme({
  primaryColor: 'lock',
  primaryShade: { light: 6, dark: 5 },
  colors: { lock, gray, dark },
  white: '#ffffff',
  black: '#151b20',
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "'JetBrains Mono Variable', ui-monospace, monospace",
  fontSizes: { xs: rem(12), sm: rem(13), md: rem(14), lg: rem(16), xl: rem(20) },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: rem(20), lineHeight: rem(28) },
      h2: { fontSize: rem(15), lineHeight: rem(22) },
      h3: { fontSize: rem(13), lineHeight: rem(18) },
    },
  },
  spacing: { xs: rem(4), sm: rem(8), md: rem(12), lg: rem(16), xl: rem(24) },
  radius: { xs: rem(3), sm: rem(4), md: rem(6), lg: rem(8), xl: rem(12) },
  defaultRadius: 'md',
  respectReducedMotion: true,
  cursorType: 'pointer',
  // Plain objects: naming the components themselves would load all of them with the first page.
  components: {
    Text: { defaultProps: { size: 'sm' } },
    Button: { defaultProps: { size: 'sm' }, vars: buttonVars },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' }, vars: actionIconVars },
    Input: { vars: inputVars },
    InputWrapper: { defaultProps: { inputWrapperOrder: ['label', 'input', 'error', 'description'] } },
    NumberInput: { defaultProps: { clampBehavior: 'none' } },
    Select: { defaultProps: { allowDeselect: false, checkIconPosition: 'right' } },
    Checkbox: { defaultProps: { size: 'sm', radius: 'sm' } },
    Radio: { defaultProps: { size: 'xs' } },
    Modal: {
      defaultProps: {
        radius: 'lg',
        padding: 20,
        transitionProps: { duration: 140 },
        closeButtonProps: { 'aria-label': 'Close' },
        overlayProps: { backgroundOpacity: 0.45 },
      },
    },
    Menu: { defaultProps: { transitionProps: { duration: 90 }, withInitialFocusPlaceholder: false } },
    Tooltip: { defaultProps: { events: { hover: true, focus: true, touch: true }, openDelay: 300 } },
  },
});

/** Surfaces, lines and tones: the colours that Mantine has no name for. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {
    '--mantine-line-height': '1.45',
  },
  light: {
    '--mantine-color-body': '#ffffff',
    '--mantine-color-text': '#151b20',
    '--mantine-color-dimmed': '#56616a',
    '--mantine-color-placeholder': '#6b757d',
    '--mantine-color-anchor': '#0c5c8c',
    '--mantine-color-default-border': '#d3d9de',
    '--mantine-color-error': '#b0271e',
    '--lk-canvas': '#ffffff',
    '--lk-sunken': '#f6f7f8',
    '--lk-raised': '#ffffff',
    '--lk-hairline': '#e4e8eb',
    '--lk-border': '#89939b',
    '--lk-ink': '#151b20',
    '--lk-dim': '#56616a',
    '--lk-link': '#0c5c8c',
    '--lk-hover': '#eef1f3',
    '--lk-current': '#e4e6e8',
    '--lk-chosen': '#e9f2f9',
    '--lk-track': '#eff2f5',
    '--lk-bar': '#2a7cb0',
    '--lk-good': '#0f6b3f',
    '--lk-info': '#0c547f',
    '--lk-warn': '#875000',
    '--lk-bad': '#b0271e',
    '--lk-idle': '#56616a',
    '--lk-good-fill': '#e3f4ea',
    '--lk-info-fill': '#e2f0f8',
    '--lk-warn-fill': '#fdf0d9',
    '--lk-bad-fill': '#feebe9',
    '--lk-idle-fill': '#eef1f3',
    '--lk-good-mark': '#178a52',
    '--lk-info-mark': '#2a7cb0',
    '--lk-warn-mark': '#bf7600',
    '--lk-bad-mark': '#d13a30',
    '--lk-idle-mark': '#89939b',
  },
  dark: {
    '--mantine-color-body': '#11161a',
    '--mantine-color-text': '#dfe4e8',
    '--mantine-color-dimmed': '#98a2aa',
    '--mantine-color-placeholder': '#98a2aa',
    '--mantine-color-anchor': '#7cc0e8',
    '--mantine-color-default': '#191f23',
    '--mantine-color-default-hover': '#20272c',
    '--mantine-color-default-border': '#2b3338',
    '--mantine-color-error': '#f58a80',
    '--lk-canvas': '#11161a',
    '--lk-sunken': '#0c1013',
    '--lk-raised': '#191f23',
    '--lk-hairline': '#232b30',
    '--lk-border': '#65717a',
    '--lk-ink': '#dfe4e8',
    '--lk-dim': '#98a2aa',
    '--lk-link': '#7cc0e8',
    '--lk-hover': '#191f23',
    '--lk-current': '#20272c',
    '--lk-chosen': '#142835',
    '--lk-track': '#191f23',
    '--lk-bar': '#4090c8',
    '--lk-good': '#6fd19d',
    '--lk-info': '#7cc0e8',
    '--lk-warn': '#e8b45a',
    '--lk-bad': '#f58a80',
    '--lk-idle': '#a3adb5',
    '--lk-good-fill': '#10271b',
    '--lk-info-fill': '#102633',
    '--lk-warn-fill': '#2b2110',
    '--lk-bad-fill': '#331917',
    '--lk-idle-fill': '#20272c',
    '--lk-good-mark': '#3fae75',
    '--lk-info-mark': '#4f98c6',
    '--lk-warn-mark': '#d29a3a',
    '--lk-bad-mark': '#e5534b',
    '--lk-idle-mark': '#6f7a82',
  },
});
