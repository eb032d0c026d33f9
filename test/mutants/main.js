const { join, resolve } = require('node:path');
const { parseArgs } = require('node:util');
const { runCLI } = require('jest');
const mutants = require('./list.js');
const { checkMutant } = require('./transform.js');
const { verdictOf } = require('./verdict.js');

const usage = `npm run test:mutants -- [--only WHICH]... [--list]

Makes one line of the service wrong at a time (test/mutants/list.js), and runs the test files that are
to notice. Each of them must: by an assertion that fails, and not by a test that takes too long, save
where the mutant makes something wait for ever by its nature.

  --only WHICH  those mutants alone: a number of the list, or a part of the file's path
  --list        names them and runs nothing
  --help        this
`;

/** Runs the tests of each mutant, and names those that a test file has not noticed. */
async function main() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: [] },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(usage);
  for (const mutant of mutants) checkMutant(mutant);
  const chosen = chooseBy(values.only);
  if (values.list) {
    for (const index of chosen) console.log(told(index));
    return;
  }
  const options = {
    config: join(__dirname, 'jest.config.js'),
    reporters: [join(__dirname, 'reporter.js')],
    silent: true,
    selectProjects: chosen.map(String),
  };
  const { results } = await runCLI({ ...options, $0: '', _: [] }, [resolve(__dirname, '../..')]);
  const faults = chosen.flatMap((index) => faultsOf(index, results.testResults));
  const tried = chosen.length;
  const missed = new Set(faults.map(({ index }) => index)).size;
  console.log(`mutants: ${tried} tried, ${tried - missed} noticed by every file that should`);
  for (const { index, fault } of faults) console.error(`  ${fault}: ${told(index)}`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}

/** @throws Error for what names no mutant */
function chooseBy(names) {
  const all = mutants.map((_mutant, index) => index);
  if (names.length === 0) return all;
  const chosen = names.flatMap((name) => {
    const found = /^\d+$/.test(name)
      ? all.filter((index) => index === Number(name))
      : all.filter((index) => mutants[index].file.includes(name));
    if (found.length > 0) return found;
    throw new Error(
      `--only ${name} names no mutant; expected 0 to ${all.length - 1}, or a part of a file's path`,
    );
  });
  return [...new Set(chosen)];
}

function faultsOf(index, testResults) {
  const { tests, hangs } = mutants[index];
  return tests.flatMap((test) => {
    const result = testResults.find(
      ({ displayName, testFilePath }) =>
        displayName?.name === `${index}` && testFilePath.endsWith(`/${test}.test.ts`),
    );
    const verdict = result === undefined ? 'is not there' : verdictOf(result);
    if (verdict === 'noticed' || (verdict === 'timed out' && hangs)) return [];
    return [{ index, fault: `${test} ${verdict === 'unseen' ? 'has not noticed' : verdict}` }];
  });
}

const told = (index) => {
  const { file, from, to, tests } = mutants[index];
  return `${index} ${file}\n    - ${from}\n    + ${to}\n    ${tests.join(', ')}`;
};

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
