/**
 * `node bin/run.cjs FILE.ts …`, as npm's scripts start what is TypeScript here: what is missing is said in
 * one line. Nothing here is newer than Node.js 16: one that is too old has to read it.
 */
const { runMain } = require('node:module');
const { resolve } = require('node:path');
const { engines } = require('../package.json');

const [, wantedMajor, wantedMinor] = /(\d+)\.(\d+)/.exec(engines.node);
const [major, minor] = process.versions.node.split('.').map(Number);

function refuse(line) {
  console.error(`Tollgate: ${line}`);
  process.exit(1);
}

if (major < wantedMajor || (major === Number(wantedMajor) && minor < wantedMinor)) {
  refuse(
    `this is Node.js ${process.versions.node}, and ${wantedMajor}.${wantedMinor} or newer is needed; ` +
      'change to one (`nvm use` takes that of .nvmrc), then run npm ci once more.',
  );
}

process.argv.splice(1, 2, resolve(process.argv[2]));
try {
  require('./typescript.cjs');
  runMain();
} catch (error) {
  // Not installed yet, or before package.json named what is missing now.
  const [, missing] = /^Cannot find (?:module|package) '([^./'][^']*)'/.exec(error.message) ?? [];
  if (missing === undefined) throw error;
  refuse(`${missing} is not installed; run npm ci, then this once more.`);
}
