import { once } from 'node:events';
import { issueToken } from '../ops/service/bearer-token';
import { type StartOptions, startCommand } from './options';
import { rehearse } from './rehearsal';
import { type Stack, startStack } from './stack';
import { Started } from './started';
import { Steps } from './steps';
import { whatIsThere } from './welcome';

/** Whoever else is called so, it is none of the developer's own users. */
const rehearsalUser = 'tollgate-rehearsal';

const print = (line: string) => console.log(line);

async function start(options: StartOptions): Promise<void> {
  const started = new Started();
  print("\nTollgate: a buyer's payment becomes a balance, on this machine.\n");
  try {
    const isWell = await run(options, started);
    if (!isWell) process.exitCode = 1;
  } catch (error) {
    print(`\nFailed: ${messageOf(error)}`);
    process.exitCode = 1;
  }
  await started.stop();
  process.exit();
}

/** Until Ctrl-C, or until the rehearsal has passed. @returns whether that is how it ended */
async function run(options: StartOptions, started: Started): Promise<boolean> {
  const steps = new Steps(print);
  const interrupted = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]).then(
    () => 'interrupted' as const,
  );
  const stack = await Promise.race([startStack(options, steps, started, print), interrupted]);
  const passed =
    stack === 'interrupted'
      ? stack
      : await Promise.race([rehearsed(stack, steps), stack.failed, interrupted]);
  if (stack === 'interrupted' || passed === 'interrupted') {
    print('\nInterrupted before the rehearsal had passed.');
    return false;
  }
  if (options.once) return passed;
  print(await whatIsThere(stack));
  if (options.watch) print('Change a file of service/ or catalogue/ to restart the service.');
  await Promise.race([interrupted, stack.failed]);
  return true;
}

/** Whether the rehearsal passed; that it did not is no reason to keep anybody from their work. */
async function rehearsed(stack: Stack, steps: Steps): Promise<boolean> {
  const { localStripe, serviceUrl, jwtSecret, tokens } = stack;
  if (localStripe === undefined) {
    print('\nNo rehearsal: nobody but a buyer pays on the pages of a real account.');
    return true;
  }
  const token = await issueToken(jwtSecret, rehearsalUser, '', tokens);
  try {
    await rehearse({ serviceUrl, token, stripe: localStripe }, steps);
    print(`\nThe rehearsal passed in ${steps.elapsedSeconds} s.`);
    return true;
  } catch (error) {
    print(
      `\nThe rehearsal failed: ${messageOf(error)}\n` +
        `${stack.logFile} may say why; --fresh begins anew. All of it is up nevertheless.`,
    );
    return false;
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

void startCommand()
  .action((options: StartOptions) => start(options))
  .parseAsync();
