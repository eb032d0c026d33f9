const { join, resolve } = require('node:path');
const { runCLI } = require('jest');
const mutants = require('./list.js');
const { checkMutant } = require('./transform.js');

/** Runs the tests of each mutant, and names those that no test has noticed. */
async function main() {
  for (const mutant of mutants) checkMutant(mutant);
  // `npm run test:mutants -- 3 14` tries these alone.
  const chosen = process.argv.slice(2);
  const options = {
    config: join(__dirname, 'jest.config.js'),
    reporters: [join(__dirname, 'reporter.js')],
    silent: true,
    ...(chosen.length > 0 && { selectProjects: chosen }),
  };
  const { results } = await runCLI({ ...options, $0: '', _: [] }, [resolve(__dirname, '../..')]);
  const survivors = mutants.flatMap((mutant, index) => {
    const own = results.testResults.filter(({ displayName }) => displayName?.name === `${index}`);
    if (own.length === 0 && chosen.length > 0) return [];
    if (own.length < mutant.tests.length)
      return [told(mutant, index, 'not all of its tests exist')];
    return own.some(isFailed) ? [] : [told(mutant, index, 'nothing has noticed it')];
  });
  const tried = chosen.length || mutants.length;
  console.log(`mutants: ${tried} tried, ${tried - survivors.length} killed`);
  for (const survivor of survivors) console.error(`  SURVIVED ${survivor}`);
  process.exitCode = survivors.length === 0 ? 0 : 1;
}

const isFailed = ({ numFailingTests, testExecError }) =>
  numFailingTests > 0 || (testExecError !== null && testExecError !== undefined);

const told = ({ file, from, to, tests }, index, why) =>
  `${index} ${file}: ${why}\n    - ${from}\n    + ${to}\n    ${tests.join(', ')}`;

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
