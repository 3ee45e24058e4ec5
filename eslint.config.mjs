import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

/** What a realm may not import; the realms and their rights are drawn in CONTRIBUTING.md. */
const realm = (files, message, ...patterns) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns: patterns.map((regex) => ({ regex, message })) }] },
});

const vscodeApi = '^vscode$';
const tensorflow = '^@tensorflow/';
const nodeApi = '^(node:|fs|path|os|child_process|worker_threads|util|crypto)';
const into = (...folders) => `/(${folders.join('|')})/`;

export default tseslint.config(
  {
    ignores: [
      'dist',
      'node_modules',
      'test/host/node_modules',
      'src/probe/kernels/assembly',
      'test/fixtures',
    ],
  },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: { project: ['src/*/tsconfig.json', 'webview/tsconfig.json', 'test/tsconfig.json'] },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-console': 'error',
      eqeqeq: 'error',
      curly: 'error',
    },
  },
  {
    files: ['src/**/*.ts', 'webview/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'error' },
  },
  realm(
    ['src/core/**/*.ts'],
    'core imports nothing outside core',
    vscodeApi,
    tensorflow,
    nodeApi,
    into('probe', 'shared', 'editor', 'cli', 'webview'),
  ),
  realm(
    ['src/shared/**/*.ts'],
    'shared imports core only',
    vscodeApi,
    tensorflow,
    into('probe', 'editor', 'cli', 'webview'),
  ),
  realm(
    ['src/probe/**/*.ts'],
    'the probe imports core and shared only',
    vscodeApi,
    into('editor', 'cli', 'webview'),
  ),
  realm(
    ['src/cli/**/*.ts'],
    'the command line imports core and shared only',
    vscodeApi,
    tensorflow,
    into('probe', 'editor', 'webview'),
  ),
  realm(
    ['src/editor/**/*.ts'],
    'the editor imports core and shared only',
    tensorflow,
    into('probe', 'cli', 'webview'),
  ),
  realm(
    ['webview/**/*.ts'],
    'pages import core types and shared only',
    vscodeApi,
    tensorflow,
    nodeApi,
    into('probe', 'editor', 'cli'),
  ),
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-floating-promises': 'error',
    },
  },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        URLSearchParams: 'readonly',
        Buffer: 'readonly',
        setTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        clearTimeout: 'readonly',
      },
    },
  },
);
