const { createRequire, isBuiltin } = require('node:module');
const { types } = require('node:util');
const { setFlagsFromString } = require('node:v8');
const { default: Runtime } = require('jest-runtime');

// As bin/app.cjs: the CDK's validation is WebAssembly that runs too briefly to be worth optimising.
setFlagsFromString('--liftoff-only');

/**
 * Jest's runtime, but Node.js itself loads what is installed, once for all test files of a worker. In
 * Jest's sandbox each file would load the CDK, Fastify and the SDKs anew, and V8 would optimise them
 * anew. The project's own modules are still loaded anew for each file.
 *
 * Nothing here mocks a package, because dependencies arrive as arguments, and `jest.mock` of one would
 * have no effect. Spies on a package, and variables of the environment, last until their file ends.
 */
module.exports = class extends Runtime {
  constructor(config, environment, ...rest) {
    super(config, environment, ...rest);
    recogniseInstances(environment.global);
    // Packages read the environment of the process, and so do the tests, instead of a copy.
    this.variables = { ...process.env };
    environment.global.process.env = process.env;
  }

  requireModuleOrMock(from, moduleName) {
    if (!isPackage(moduleName)) return super.requireModuleOrMock(from, moduleName);
    return createRequire(from)(moduleName);
  }

  teardown() {
    for (const name of Object.keys(process.env)) {
      if (!(name in this.variables)) delete process.env[name];
    }
    Object.assign(process.env, this.variables);
    return super.teardown();
  }
};

/** Jest resolves the project's own names, and answers for itself. */
const isPackage = (name) => !/^([./]|@jest\/|@tollgate\/)/.test(name) && !isBuiltin(name);

const kinds = {
  Error: types.isNativeError,
  Date: types.isDate,
  Map: types.isMap,
  Set: types.isSet,
};

/**
 * The sandbox has classes of its own. Without Jest an error of a package is an `Error`, and a date of
 * the database is a `Date`: with these they are so in the sandbox, and the other way round.
 */
function recogniseInstances(realm) {
  for (const [name, isKind] of Object.entries(kinds)) {
    const kind = realm[name];
    Object.defineProperty(kind, Symbol.hasInstance, {
      configurable: true,
      value(candidate) {
        if (this === kind && isKind(candidate)) return true;
        return Function.prototype[Symbol.hasInstance].call(this, candidate);
      },
    });
  }
}

recogniseInstances(globalThis);
