/**
 * `cdk`, behind a look at its context flags. In the one process, because everybody waits for it; for a
 * bare `npx cdk` the app takes the same look, later.
 */
const {
  parametersVariable,
  readContextFlags,
  refuse,
} = require('../lib/configuration/command-line.cjs');

const parameters = process.argv.slice(2);
refuse(readContextFlags(parameters).faults);
process.env[parametersVariable] = JSON.stringify(parameters);
require('aws-cdk/bin/cdk');
