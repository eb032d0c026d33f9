import { spawnSync } from 'node:child_process';
import type { Settings } from '../lib/configuration/settings';
import { stackNames } from '../lib/configuration/stack-names';
import type { Finding } from '../ops/terminal/output';

/** Says that what is replaced or deleted of the network or the data is meant to be. */
export const allowDestructive = '--destructive';

const check = 'replacements';

/**
 * Looks whether a deploy would replace or delete something of the two stacks that hold what must not be
 * lost. The others refer to it weakly: where a subnet is replaced, nothing refuses it, and the templates
 * that use it stay the same, so that their stacks would go on with the one that is gone.
 * @param parameters as the CDK takes them
 * @param isMeant by `--destructive`
 */
export function checkReplacements(
  settings: Settings,
  parameters: readonly string[],
  isMeant: boolean,
): Finding {
  if (isMeant) return { check, ok: true, seen: `not looked at, as ${allowDestructive} says` };
  const { data, network } = stackNames(settings);
  const flags = parameters.filter((each, index) => isOfBoth(each, parameters[index - 1]));
  const cdk = require.resolve('aws-cdk/bin/cdk');
  const diff = ['diff', network, data, '--exclusively', '--fail-on=destructive', ...flags];
  const { status, stderr, stdout } = spawnSync(process.execPath, [cdk, ...diff], {
    encoding: 'utf8',
  });
  if (status === 0) {
    return { check, ok: true, seen: 'nothing of the network and the data is replaced or deleted' };
  }
  const lines = `${stdout}\n${stderr}`.split('\n');
  const lost = lines.filter((line) => /^\[-\] AWS::|^\[~\] AWS::.*(replace|orphan)/.test(line));
  if (lost.length === 0) {
    const seen = `the difference cannot be looked at: ${lines.filter(Boolean).at(-1)}`;
    return { check, ok: null, seen, fix: `Run \`npm run diff -- ${flags.join(' ')}\` to see why` };
  }
  return {
    check,
    ok: false,
    seen: `would replace or delete: ${lost.map((line) => line.trim()).join('; ')}`,
    fix:
      'Undo the change. What other stacks use, such as a subnet, is replaced by making the environment anew ' +
      `(docs/operating.md); what nothing uses goes with ${allowDestructive}`,
  };
}

/** What the CDK's diff takes as deploy does: context flags, profile, and where templates are written. */
const isOfBoth = (parameter: string, before = '') =>
  /^(-c|-o|--context|--profile|--output)(=|$)/.test(parameter) ||
  /^(-c|-o|--context|--profile|--output)$/.test(before);
