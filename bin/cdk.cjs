/**
 * `cdk`, behind a look at its context flags: the CDK's own command line passes over a flag that is no
 * assignment, and of two it takes the last: an emergency's flag could be typed and not hold.
 * Plain JavaScript in the one process, because every synth waits for it.
 */
const { parseArgs } = require('node:util');

const { tokens } = parseArgs({
  options: { context: { type: 'string', short: 'c', multiple: true } },
  strict: false,
  tokens: true,
});
const flags = tokens.filter(({ kind, name }) => kind === 'option' && /^context\b/.test(name));

const faults = [];
const seen = new Map();
for (const { name, rawName, value, inlineValue } of flags) {
  const [, flag] = /^([^=\s]+)=/.exec(value ?? '') ?? [];
  // The CDK reads `-cname=value` as options -n, -a, -m and so on.
  const isGlued = rawName === '-c' && inlineValue === true;
  if (name !== 'context' || isGlued || flag === undefined) {
    const written = [rawName, value].filter(Boolean).join(isGlued ? '' : ' ');
    faults.push(
      `context flag ${JSON.stringify(written)} is not understood; expected -c name=value, such as ` +
        '-c forceHttpForwarding=true',
    );
  } else if (seen.has(flag)) {
    faults.push(
      `context flag ${flag} is given twice, as ${seen.get(flag)} and as ${value}; give it once`,
    );
  } else {
    seen.set(flag, value);
  }
}

if (faults.length > 0) {
  console.error(['Not run:', ...faults.map((fault) => `  - ${fault}`)].join('\n'));
  process.exit(1);
}

require('aws-cdk/bin/cdk');
