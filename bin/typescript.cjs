/**
 * Has Node.js read the project's TypeScript. SWC compiles that and looks at nothing else, because everybody
 * waits for it: see docs/decisions/synth-time.md.
 */
const Module = require('node:module');
const { transformSync } = require('@swc/core');
const { addHook } = require('pirates');
const { sources, swcOptions } = require('./compiling.cjs');

const toJavaScript = (code, filename) =>
  transformSync(code, { ...swcOptions, filename, swcrc: false }).code;
addHook(toJavaScript, { exts: ['.ts'], ignoreNodeModules: true });
process.setSourceMapsEnabled(true);

const resolve = Module._resolveFilename;
Module._resolveFilename = (request, ...rest) => sources[request] ?? resolve(request, ...rest);
