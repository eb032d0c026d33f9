import { Command } from 'commander';
import { issueToken } from '../ops/service/bearer-token';
import { environmentVariables as names, readyPath } from '../service/contract';
import { holderOf } from './lock';
import { dataOption, toldData } from './options';
import { findRunning, type RunningStack } from './remembered';
import { adminScope, exampleUser, partsOf } from './welcome';

interface StatusOptions {
  readonly data: string;
  readonly env: boolean;
  readonly json: boolean;
}

/** What a shell, or an application's .env, takes from what runs. */
async function variablesOf(stack: RunningStack): Promise<Readonly<Record<string, string>>> {
  const { jwtSecret, tokens } = stack;
  const variables = {
    URL: stack.serviceUrl,
    TOKEN: await issueToken(jwtSecret, exampleUser, '', tokens),
    ADMIN: await issueToken(jwtSecret, 'admin', adminScope, tokens),
    [names.jwtAccessTokenSecret]: jwtSecret,
    [names.stripeApiBase]: stack.stripeApiBase,
    [names.stripeSecretKey]: stack.stripeKey,
    [names.stripeWebhookSecret]: stack.webhookSecret,
    [names.databaseUrl]: stack.databaseUrl,
  };
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );
}

async function stateOf({ serviceUrl }: RunningStack): Promise<string> {
  const signal = AbortSignal.timeout(2_000);
  const answer = await fetch(`${serviceUrl}${readyPath}`, { signal }).catch(() => undefined);
  if (answer === undefined) return 'does not answer';
  return answer.ok ? 'ready' : `not ready: ${await answer.text()}`;
}

/** Why there is nothing to show, and what to do. */
function absence(data: string): string {
  const holder = holderOf(data);
  return holder === undefined
    ? `Tollgate does not run with its data in ${data}; npm start${toldData(data) && ` --${toldData(data)}`} starts it, and ` +
        'what was started with another --data is asked with the same.'
    : `Tollgate is starting with its data in ${data} (process ${holder}); ask again once it says that it runs.`;
}

async function show({ data, env, json }: StatusOptions): Promise<void> {
  const stack = findRunning(data);
  if (stack === undefined) {
    process.exitCode = 1;
    if (json) console.log(JSON.stringify({ running: false }));
    else console.error(absence(data));
    return;
  }
  const state = await stateOf(stack);
  const variables = await variablesOf(stack);
  if (env) {
    for (const [name, value] of Object.entries(variables)) {
      console.log(`export ${name}='${value.replaceAll("'", "'\\''")}'`);
    }
  } else if (json) {
    console.log(JSON.stringify({ running: true, state, ...stack, variables }, null, 2));
  } else {
    console.log(`Tollgate runs (process ${stack.pid}, since ${stack.startedAt}), ${state}:`);
    console.log(partsOf(stack));
    console.log(
      `\nAs variables of a shell: eval "$(npm run --silent status -- --env${toldData(data)})"`,
    );
  }
}

void new Command('npm run status --')
  .description('Shows what npm start has started, from another terminal.')
  .addOption(dataOption())
  .option('--env', 'as variables of a shell: eval "$(npm run --silent status -- --env)"', false)
  .option('--json', 'for a program', false)
  .action(show)
  .parseAsync()
  .catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
