import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { contextFiles, parametersVariable, readContextFlags } from './command-line.cjs';
import { Faults } from './faults';
import { flagNames } from './flags';

/** What the CDK was started for. */
export interface Invocation {
  /** Whether its templates go to an account. */
  readonly deploys: boolean;
  /** What could not be checked, for a person to know. */
  readonly remarks: readonly string[];
}

const deployingCommands = ['deploy', 'import', 'watch'];

/**
 * Refuses flags that whoever runs the CDK did not type, or typed and the CDK dropped.
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
  const parameters = given === undefined ? parametersOfCdk() : parametersIn(given);
  const { faults: dropped, others, words } = readContextFlags(parameters ?? []);
  for (const fault of dropped) faults.add(fault);
  for (const option of others) refuseBareFlag(option, faults);
  faults.throwIfAny();
  if (parameters === undefined) return { deploys: true, remarks: [unseen] };
  return { deploys: words.some((word) => deployingCommands.includes(word)), remarks: [] };
}

const unseen =
  "WARNING: the CDK's command line cannot be seen from here, and the CDK passes over a context flag " +
  'that is not written as -c name=value; run it by `npm run` instead.';

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

/** The CDK starts the app through a shell, and npm may stand in between. */
const mostAncestors = 8;

/** What `cdk` was started with, found among the processes that started this one. */
function parametersOfCdk(): readonly string[] | undefined {
  let pid = process.ppid;
  for (let generation = 0; generation < mostAncestors && pid > 1; generation += 1) {
    const found = readProcess(pid);
    if (found === undefined) return undefined;
    const at = found.command.findIndex((word) => /^cdk(\.cjs|\.js)?$/.test(basename(word)));
    if (at === 0 || at === 1) return found.command.slice(at + 1);
    pid = found.parent;
  }
  return undefined;
}

interface RunningProcess {
  readonly parent: number;
  readonly command: readonly string[];
}

function readProcess(pid: number): RunningProcess | undefined {
  try {
    // The name before it, in parentheses, may hold anything; state and parent come after it.
    const [, parent] = /.*\) \S (\d+) /s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    return { parent: Number(parent), command };
  } catch {
    // Not Linux. What ps prints has lost where one word ends; no flag of ours has spaces in it.
    const { stdout } = spawnSync('ps', ['-o', 'ppid=,args=', '-p', String(pid)], {
      encoding: 'utf8',
    });
    const [parent, ...command] = (stdout ?? '').trim().split(/\s+/);
    return parent === undefined || parent === '' ? undefined : { parent: Number(parent), command };
  }
}
