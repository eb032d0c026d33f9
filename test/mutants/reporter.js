const { verdictOf } = require('./verdict.js');

/** Says of each test file, as it ends, what it has made of its mutant. */
module.exports = class {
  onTestResult({ path, context }, result) {
    const mutant = context.config.displayName.name;
    console.log(`${mutant.padStart(3)} ${verdictOf(result).padEnd(9)} ${path}`);
  }
};
