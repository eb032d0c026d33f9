const { availableParallelism } = require('node:os');
const { sources, swcOptions } = require('./bin/compiling.cjs');

// The container runs Node.js 24; that the AWS SDK wants 22 from 2027 on is no news for each test file.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

// Projects of their own for the tests that need no PostgreSQL server, so that they wait for none.
const common = {
  testEnvironment: 'node',
  runtime: '<rootDir>/test/support/runtime.js',
  modulePathIgnorePatterns: [
    '<rootDir>/dist/',
    '<rootDir>/client/dist/',
    '<rootDir>/lib/constructs/dist/',
    '<rootDir>/local/stripe/dist/',
    '<rootDir>/cdk.out/',
    '<rootDir>/.tollgate/',
  ],
  // The sources, so that no test needs a build first.
  moduleNameMapper: Object.fromEntries(
    Object.entries(sources).map(([name, file]) => [`^${name}$`, file]),
  ),
  transform: { '^.+\\.ts$': ['@swc/jest', swcOptions] },
};

module.exports = {
  // Tests wait for processes and databases as long as they compute, so that two share a core; more
  // than four at once would be more connections than the tests' PostgreSQL takes.
  maxWorkers: Math.min(4, 2 * availableParallelism()),
  testSequencer: '<rootDir>/test/support/sequencer.js',
  globalSetup: '<rootDir>/test/support/start-doubles.ts',
  globalTeardown: '<rootDir>/test/support/stop-doubles.ts',
  projects: [
    {
      ...common,
      displayName: 'service',
      testMatch: ['<rootDir>/test/{service,local,ops,client,examples}/**/*.test.ts'],
      globalSetup: '<rootDir>/test/support/start-postgres.ts',
      globalTeardown: '<rootDir>/test/support/stop-postgres.ts',
    },
    {
      ...common,
      displayName: 'local-stripe',
      testMatch: ['<rootDir>/local/stripe/test/**/*.test.ts'],
    },
    {
      ...common,
      displayName: 'infrastructure',
      testMatch: ['<rootDir>/test/{lib,aws,deploy}/**/*.test.ts', '<rootDir>/test/*.test.ts'],
    },
  ],
  // For what hangs: no test that works comes near it, on a machine that is busy with others either.
  testTimeout: 600_000,
};
