/** Starts the CDK app. */
const { setFlagsFromString } = require('node:v8');

// The engine of the CDK's validation is WebAssembly that runs too briefly to be worth optimising.
setFlagsFromString('--liftoff-only');

require('./typescript.cjs');
require('./app.ts');
