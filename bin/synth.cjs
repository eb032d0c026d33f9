/**
 * `npm run synth`: the cloud assembly that `cdk synth` writes, without the CDK's command line, which
 * takes longer to load than the app takes, and for a synth only passes the context on. It needs neither
 * an account nor a network. See docs/decisions/synth-time.md.
 */
const { parseArgs } = require('node:util');
const {
  contextFiles,
  parametersVariable,
  readContextFlags,
  refuse,
} = require('../lib/configuration/command-line.cjs');

const parameters = process.argv.slice(2);
const { flags, faults } = readContextFlags(parameters);
const { output, cost } = options();
refuse(faults);

process.env[parametersVariable] = JSON.stringify(parameters);
process.env.CDK_OUTDIR = output;
process.env.CDK_CONTEXT_JSON = JSON.stringify({
  ...contextOfFiles(),
  ...flags,
  // As the CDK's command line has them unless cdk.json says otherwise.
  'aws:cdk:enable-path-metadata': true,
  'aws:cdk:enable-asset-metadata': true,
  'aws:cdk:disable-version-reporting': true,
});
process.once('exit', (code) => {
  if (code !== 0) return;
  if (cost) {
    // TypeScript, which app.cjs has taught Node.js by now.
    const { costOf, describeCost } = require('../deploy/cost/report');
    console.error(describeCost(costOf(output)));
  }
  console.error(`Synthesised to ${output}`);
});
require('./app.cjs');

function contextOfFiles() {
  try {
    const contexts = contextFiles().map(({ context }) => context);
    return Object.assign({}, ...contexts.reverse());
  } catch ({ message }) {
    refuse([message]);
  }
}

function options() {
  const known = {
    context: { type: 'string', short: 'c', multiple: true },
    output: { type: 'string', short: 'o', default: 'cdk.out' },
    quiet: { type: 'boolean', short: 'q' },
    cost: { type: 'boolean' },
  };
  try {
    return parseArgs({ args: parameters, options: known }).values;
  } catch ({ message }) {
    // What is wrong with a context flag is said better by the look at them.
    if (faults.length === 0) {
      faults.push(
        `${message.split(/\. /)[0]}; npm run synth takes -c name=value and --output DIRECTORY; for ` +
          'what else cdk synth takes, `npx cdk synth`',
      );
    }
    return {};
  }
}
