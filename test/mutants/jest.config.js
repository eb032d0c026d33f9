const { join, resolve } = require('node:path');
const usual = require('../../jest.config.js');
const mutants = require('./list.js');

const [service] = usual.projects;
const [[pattern, [_swc, swcOptions]]] = Object.entries(service.transform);

/** Each mutant is a project of Jest's: the tests that are to kill it, with its line in place. */
module.exports = {
  rootDir: resolve(__dirname, '../..'),
  maxWorkers: usual.maxWorkers,
  projects: mutants.map(({ tests, file, from, to }, index) => ({
    ...service,
    rootDir: resolve(__dirname, '../..'),
    roots: ['<rootDir>/test/service', '<rootDir>/service', '<rootDir>/local/stripe'],
    displayName: String(index),
    testMatch: tests.map((test) => `<rootDir>/test/service/${test}.test.ts`),
    transform: {
      [pattern]: [join(__dirname, 'transform.js'), { swc: swcOptions, file, from, to }],
    },
  })),
  testTimeout: usual.testTimeout,
};
