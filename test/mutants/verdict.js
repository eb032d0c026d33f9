/** Jest's words for a test, or a hook, that took longer than it may. */
const timeout = /Exceeded timeout of \d+ ms for a (test|hook)/;

/**
 * What a test file has made of its mutant: it has `noticed` when an assertion failed. A test that
 * only took too long may have been slow, and one that could not be run says nothing.
 */
exports.verdictOf = ({ testExecError, testResults }) => {
  if (testExecError !== null && testExecError !== undefined) return 'could not be run';
  const failures = testResults.flatMap(({ failureMessages }) => failureMessages);
  if (failures.length === 0) return 'unseen';
  return failures.every((message) => timeout.test(message)) ? 'timed out' : 'noticed';
};
