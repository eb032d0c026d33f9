/**
 * Decides about tests that need what a machine may lack. Where it is missing, the tests are left out
 * with a line that says so; continuous integration insists on it.
 * @param fix what is missing, and how to get it
 * @returns `test`, or a stand-in that skips
 */
export function testWhere(isThere: boolean, fix: string): typeof test {
  if (isThere || process.env.CI !== undefined) return test;
  process.stderr.write(`left out: ${fix}\n`);
  return test.skip as typeof test;
}
