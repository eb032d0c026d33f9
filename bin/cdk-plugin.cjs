/**
 * A plugin of the CDK's, which its command line loads before all else: it looks at the context flags
 * that the CDK would drop, and tells the app what the CDK was started with. cdk.json names it from the
 * folder of the CDK's own code, because the CDK looks for plugins from there. See
 * docs/decisions/what-the-cdk-was-given.md.
 */
const {
  parametersVariable,
  readContextFlags,
  refuse,
} = require('../lib/configuration/command-line.cjs');

function init() {
  const parameters = process.argv.slice(2);
  refuse(readContextFlags(parameters).faults);
  process.env[parametersVariable] = JSON.stringify(parameters);
}

module.exports = { version: '1', init };
