/**
 * Starts the CDK app. SWC reads its TypeScript and nothing else, because everybody waits for this: see
 * docs/decisions/synth-time.md.
 */
const { setFlagsFromString } = require('node:v8');
const { transformSync } = require('@swc/core');
const { addHook } = require('pirates');

// The engine of the CDK's validation is WebAssembly that runs too briefly to be worth optimising.
setFlagsFromString('--liftoff-only');

const toJavaScript = (code, filename) =>
  transformSync(code, {
    filename,
    swcrc: false,
    jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  }).code;

addHook(toJavaScript, { exts: ['.ts'], ignoreNodeModules: true });
process.setSourceMapsEnabled(true);
require('./app.ts');
