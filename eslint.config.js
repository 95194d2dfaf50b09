import js from '@eslint/js';

const browser = [
  'AbortController', 'AbortSignal', 'Blob', 'BroadcastChannel', 'CSS', 'DOMParser', 'Event', 'FormData', 'IntersectionObserver', 'ResizeObserver', 'URL', 'URLSearchParams',
  'addEventListener', 'removeEventListener', 'clearInterval', 'clearTimeout', 'console', 'crypto', 'document', 'fetch',
  'getComputedStyle', 'innerHeight', 'localStorage', 'location', 'matchMedia', 'navigator', 'print', 'queueMicrotask',
  'setInterval', 'setTimeout', 'window', 'process', 'performance', 'structuredClone', 'innerWidth', 'requestAnimationFrame', 'reportError', 'Response', 'setImmediate',
  'XMLHttpRequest', 'dispatchEvent', 'history',
];

export default [
  { ignores: ['static/vendor/**', 'node_modules/**', '.venv/**'] },
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2022, sourceType: 'module', globals: Object.fromEntries(browser.map((name) => [name, 'readonly'])) },
    rules: { eqeqeq: 'error', 'no-var': 'error', 'prefer-const': 'error', 'no-shadow': 'off' },
  },
];
