const { join } = require('node:path');

/** The packages of this repository, which are their sources within it; see `paths` in tsconfig.json. */
const sources = Object.fromEntries(
  Object.entries({
    '@tollgate/client': 'client/index.ts',
    '@tollgate/constructs': 'lib/constructs/index.ts',
    '@tollgate/local-stripe': 'local/stripe/index.ts',
  }).map(([name, file]) => [name, join(__dirname, '..', file)]),
);

/** How SWC compiles the project's TypeScript, for its programs as for Jest. */
const swcOptions = {
  jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
};

module.exports = { sources, swcOptions };
