import { TollgateError } from '@tollgate/client';
import { type Command, InvalidArgumentError } from 'commander';
import { environmentNamePattern } from '../lib/configuration/flags';
import type { Target } from './aws/deployed';
import { exitCodes, OpsFailure } from './failure';
import { serviceFailure } from './service-failure';
import { printJson, printProgress } from './terminal/output';

/** What every command that works on a deployed environment takes. */
export interface CommonOptions extends Target {
  readonly json: boolean;
}

/** What every command takes that changes something. */
export interface ChangeOptions extends CommonOptions {
  readonly yes: boolean;
  readonly dryRun: boolean;
}

export const theEnvironment = [
  '--env <name>',
  'the environment, as in -c env=',
  environmentName,
] as const;

/** What no environment is called names no stack: such as the empty value of a variable that is not set. */
function environmentName(text: string): string {
  if (environmentNamePattern.test(text)) return text;
  throw new InvalidArgumentError('expected the name of an environment, such as dev or staging.');
}

/** What is asked for by an empty name would be everything, or something else. */
export function given(text: string): string {
  if (text.trim() !== '') return text;
  throw new InvalidArgumentError('it is empty; give the one that is meant.');
}

export function withTarget(command: Command): Command {
  return withPlace(command.requiredOption(...theEnvironment));
}

/** Where a service can be named by its address, too. */
export function withOptionalTarget(command: Command): Command {
  return withPlace(command.option(...theEnvironment));
}

function withPlace(command: Command): Command {
  return command
    .option('--project <name>', 'the project name, which stack names begin with', 'tollgate')
    .option(
      '--region <region>',
      'where it is deployed; as AWS_REGION or the profile says otherwise',
    )
    .option('--profile <name>', 'a profile of the AWS configuration files')
    .option('--outputs <file>', 'read the outputs from a file of `cdk deploy --outputs-file`')
    .option('--json', 'print the result as JSON', false);
}

export function withChange(command: Command): Command {
  return withCaution(withTarget(command));
}

/** Where something is changed: looking before, and going on without being asked. */
export function withCaution(command: Command): Command {
  return withYes(command.option('--dry-run', 'say what would change, and change nothing', false));
}

export function withYes(command: Command): Command {
  return command.option('--yes', 'do not ask for the name of a production environment', false);
}

/**
 * Runs a command's work; a failure is printed with its fix and becomes the exit code.
 * @param onInterrupt what to say then; a command that only reads says nothing
 */
export async function runCommand(
  json: boolean,
  work: () => Promise<void>,
  onInterrupt = 'Interrupted. What was done stands; the same command again goes on from there.',
): Promise<void> {
  const interrupt = () => {
    if (onInterrupt !== '') printProgress(onInterrupt);
    process.exit(exitCodes.interrupted);
  };
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    await work();
  } catch (error) {
    const failure = error instanceof TollgateError ? serviceFailure(error) : error;
    if (!(failure instanceof OpsFailure)) throw failure;
    const { exitCode, fix, message } = failure;
    if (json) printJson({ ok: false, seen: message, fix });
    else printProgress(`✗ ${message}\n  → ${fix}`);
    process.exitCode = exitCode;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}
