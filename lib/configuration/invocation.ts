import {
  contextFiles,
  lookedFirstVariable,
  parametersVariable,
  readContextFlags,
} from './command-line.cjs';
import { Faults } from './faults';
import { flagNames } from './flags';

/** What the CDK was started for. */
interface Invocation {
  /** Whether its templates go to an account. */
  readonly deploys: boolean;
  /** The profile of the credentials, which the CDK does not hand on. */
  readonly profile: string | undefined;
  /** What could not be checked, for a person to know. */
  readonly remarks: readonly string[];
}

const deployingCommands = ['deploy', 'import', 'watch'];

/**
 * Refuses flags that whoever runs the CDK did not type, or typed as an option that it drops. What it
 * drops of `-c` is refused before: by bin/synth.cjs, and by the CDK's plugin.
 * @throws ConfigurationError with every such flag
 */
export function checkInvocation(): Invocation {
  const faults = new Faults();
  for (const file of contextFiles()) {
    for (const flag of flagNames.filter((name) => Object.hasOwn(file.context, name))) {
      faults.add(
        `${file.path} gives the context flag ${flag}, unseen by whoever deploys; take it out, and ` +
          `give it as -c ${flag}=${file.context[flag]} when it is meant`,
      );
    }
  }
  const given = process.env[parametersVariable];
  const { others, profile, words } = readContextFlags(
    given === undefined ? [] : parametersIn(given),
  );
  for (const option of others) refuseBareFlag(option, faults);
  faults.throwIfAny();
  if (given === undefined) return { deploys: true, profile, remarks: [unseen] };
  const deploys = words.some((word) => deployingCommands.includes(word));
  const isUnguarded = process.env[lookedFirstVariable] === undefined && words.includes('deploy');
  return { deploys, profile, remarks: isUnguarded ? [unguarded] : [] };
}

const unseen =
  'WARNING: what the CDK was started with is not known here, and the CDK passes over a context flag ' +
  'that is not written as -c name=value; run it by `npm run` or `npx cdk` instead.';

const unguarded =
  'WARNING: the CDK alone deploys this. Nothing has looked whether it replaces or deletes something of the ' +
  'network or the data, takes back flags that the deploy before was given, or is bound to fail: ' +
  'stop it, and run `npm run deploy` with the same flags, unless this is meant.';

const parametersIn = (text: string): readonly string[] => JSON.parse(text);

/** The CDK goes on without an option that it does not know, such as `--maintenance=on`. */
function refuseBareFlag(option: string, faults: Faults): void {
  const plain = (name: string) => name.replaceAll('-', '').toLowerCase();
  const flag = flagNames.find((name) => plain(name) === plain(option));
  if (flag === undefined) return;
  faults.add(
    `--${option} is no option of the CDK, which would go on without it; give the context flag as ` +
      `-c ${flag}=VALUE`,
  );
}
