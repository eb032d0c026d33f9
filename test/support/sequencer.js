const { sep } = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

/**
 * Which files begin. Jest goes by how long each took before, and in a fresh clone by its size, which
 * says nothing of the programs that it starts and the leases that it waits for: begun last, one
 * of these keeps a single core busy while the others have nothing left.
 */
const long = [
  'test/aws/',
  'test/local/',
  'test/deploy/',
  'test/ops/webhook.test',
  'test/ops/faults',
  'test/ops/switch',
  'test/ops/import.test',
  'test/lib/configuration/command-line',
  'test/service/inbox/crash',
  'test/service/routes/holds',
  'test/service/http/load',
  'test/service/main',
].map((path) => path.replaceAll('/', sep));

module.exports = class extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    const isLong = ({ path }) => long.some((part) => path.includes(part));
    return [...sorted.filter(isLong), ...sorted.filter((each) => !isLong(each))];
  }
};
