import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { firstLoadBudget } from './first-load-budget.ts';
import { precompress } from './precompress.ts';
import { withoutJsonSchemas } from './without-json-schemas.ts';

/** Where `npm run dev -w apps/web` finds a running instance. */
const instance = process.env.LOCKKEEPER_DEV_INSTANCE ?? 'http://localhost:7400';
// The instance accepts changes from its own origin only, and the browser names the development server's.
const proxy = { target: instance, changeOrigin: true, headers: { origin: new URL(instance).origin } };

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), withoutJsonSchemas(), firstLoadBudget(), precompress()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    // The CSP allows images as data, but fonts and scripts only as files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    proxy: {
      '/api': proxy,
      '/oauth_redirect.do': proxy,
    },
  },
});
