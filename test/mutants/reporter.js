/** Says of each test file, as it ends, whether it has noticed its mutant. */
module.exports = class {
  onTestResult({ path, context }, { numFailingTests, testExecError }) {
    const isNoticed = numFailingTests > 0 || Boolean(testExecError);
    const mutant = context.config.displayName.name;
    console.log(`${mutant.padStart(3)} ${isNoticed ? 'noticed' : 'unseen '} ${path}`);
  }
};
