import { defineConfig } from 'vitest/config';

// Relative addresses: the page works below whatever route prefix the app has. Nothing inline: the page's policy allows scripts and styles from its own origin alone.
export default defineConfig(({ command }) => ({
  base: command === 'build' ? './' : '/api/dashboard/',
  build: { modulePreload: { polyfill: false }, assetsInlineLimit: 0, reportCompressedSize: false },
  server: { proxy: { '^/api/(?!dashboard/)': process.env['CELERITY_APP'] ?? 'http://localhost:7071' } },
  test: { include: ['tests/**/*.test.ts'], watch: false },
}));
