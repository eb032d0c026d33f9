/**
 * `cdk`, behind a look at its context flags. In the one process, because every synth waits for it;
 * for a bare `npx cdk` the app takes the same look, later.
 */
const { checkedVariable, deployingVariable, faultsInContextFlags } = require('./context-flags.cjs');

const faults = faultsInContextFlags(process.argv.slice(2));
if (faults.length > 0) {
  console.error(['Not run:', ...faults.map((fault) => `  - ${fault}`)].join('\n'));
  process.exit(1);
}

process.env[checkedVariable] = 'true';
if (process.argv[2] === 'deploy') process.env[deployingVariable] = 'true';
require('aws-cdk/bin/cdk');
