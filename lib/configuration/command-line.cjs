/**
 * Where the CDK takes context from: files, and `-c` on its command line, which it reads in its own way:
 * it passes over a flag that is no assignment, and of two it takes the last. An emergency's flag could be
 * typed and not hold. Plain JavaScript, because every run of the CDK begins with it.
 */
const { existsSync, readFileSync, statSync } = require('node:fs');
const { homedir } = require('node:os');
const { join } = require('node:path');
const { parseArgs } = require('node:util');

function readContextFlags(parameters) {
  const { tokens } = parseArgs({
    args: parameters,
    options: {
      context: { type: 'string', short: 'c', multiple: true },
      app: { type: 'string', short: 'a' },
      profile: { type: 'string' },
    },
    strict: false,
    tokens: true,
  });
  const options = tokens.filter(({ kind }) => kind === 'option');
  const written = options.filter(({ name }) => /^context\b/.test(name));
  const faults = [];
  const flags = new Map();
  for (const { name, rawName, value, inlineValue } of written) {
    const [, flag] = /^([^=\s]+)=/.exec(value ?? '') ?? [];
    // The CDK reads `-cname=value` as options -n, -a, -m and so on.
    const isGlued = rawName === '-c' && inlineValue === true;
    if (name !== 'context' || isGlued || flag === undefined) {
      const words = [rawName, value].filter(Boolean).join(isGlued ? '' : ' ');
      faults.push(
        `context flag ${JSON.stringify(words)} is not understood; expected -c name=value, such as ` +
          '-c forceHttpForwarding=true',
      );
    } else if (flags.has(flag)) {
      faults.push(
        `context flag ${flag} is given twice, as ${flag}=${flags.get(flag)} and as ${value}; give it ` +
          'once',
      );
    } else {
      flags.set(flag, value.slice(flag.length + 1));
    }
  }
  const others = options.filter((option) => !written.includes(option));
  const assembly = others.find(({ name, value }) => name === 'app' && isDirectory(value))?.value;
  if (assembly !== undefined && flags.size > 0) {
    faults.push(
      `context flags change nothing in ${assembly}, which is taken as it was synthesised; leave out ` +
        '--app, or the flags',
    );
  }
  return {
    flags: Object.fromEntries(flags),
    faults,
    others: others.map(({ name }) => name),
    profile: others.findLast(({ name }) => name === 'profile')?.value,
    // Among them the values of options that are not known here.
    words: tokens.filter(({ kind }) => kind === 'positional').map(({ value }) => value),
  };
}

const isDirectory = (path) =>
  path !== undefined && statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

function contextFiles() {
  const read = (path, contextOf) => ({ path, context: contextOf(readJson(path) ?? {}) ?? {} });
  return [
    read('cdk.json', ({ context }) => context),
    read('cdk.context.json', (context) => context),
    read(join(homedir(), '.cdk.json'), ({ context }) => context),
  ];
}

function readJson(path) {
  try {
    return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
  } catch (cause) {
    const message = `${path} cannot be read: ${cause.message}; repair it, or delete it if you do not need it`;
    throw new Error(message, { cause });
  }
}

function refuse(faults) {
  if (faults.length === 0) return;
  console.error(['Not run:', ...faults.map((fault) => `  - ${fault}`)].join('\n'));
  process.exit(1);
}

/** Set for the app to the parameters as JSON: the CDK hands on the context, and no more. */
const parametersVariable = 'TOLLGATE_CDK_PARAMETERS';

const lookedFirstVariable = 'TOLLGATE_DEPLOY_LOOKED_FIRST';

module.exports = {
  contextFiles,
  lookedFirstVariable,
  parametersVariable,
  readContextFlags,
  refuse,
};
