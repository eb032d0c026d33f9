/**
 * `cdk`, behind a look at its context flags. In the one process, because everybody waits for it; for a
 * bare `npx cdk` the app takes the same look, later.
 */
const { checkedVariable, deployingVariable, readContextFlags, refuse } = require('./context.cjs');

refuse(readContextFlags(process.argv.slice(2)).faults);
process.env[checkedVariable] = 'true';
if (process.argv[2] === 'deploy') process.env[deployingVariable] = 'true';
require('aws-cdk/bin/cdk');
