/**
 * What the CDK's own command line does with `-c`: it passes over a flag that is no assignment, and of
 * two it takes the last. An emergency's flag could be typed and not hold. Plain JavaScript, because
 * every run of the CDK begins with it.
 */
const { parseArgs } = require('node:util');

/** What of a command line's context flags would be dropped in silence, each with its fix. */
function faultsInContextFlags(parameters) {
  const { tokens } = parseArgs({
    args: parameters,
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
  return faults;
}

/** Set by `bin/cdk.cjs` for the app, which need not look at the command line again then. */
const checkedVariable = 'TOLLGATE_CONTEXT_FLAGS_CHECKED';

/** Set by `bin/cdk.cjs` for the app while it deploys: the template checks are on then. */
const deployingVariable = 'TOLLGATE_DEPLOYING';

module.exports = { faultsInContextFlags, checkedVariable, deployingVariable };
