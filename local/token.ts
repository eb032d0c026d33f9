import { Command, InvalidArgumentError, Option } from 'commander';
import { issueToken } from '../ops/service/bearer-token';
import { dataOption } from './options';
import { findRunning, findSettings } from './remembered';

interface TokenOptions {
  readonly data: string;
  readonly scope: readonly string[];
  readonly lifetime: string;
}

async function print(user: string, { data, scope, lifetime }: TokenOptions): Promise<void> {
  const running = findRunning(data);
  const secret = (running ?? findSettings(data))?.jwtSecret;
  if (secret === undefined) {
    throw new Error(
      `no secret is remembered in ${data}: npm start makes one, or takes --jwt-secret; of what was ` +
        'started with another --data, ask with the same',
    );
  }
  console.log(await issueToken(secret, user, scope.join(' '), { ...running?.tokens, lifetime }));
}

function parseUser(text: string): string {
  if (text.trim() !== '') return text;
  throw new InvalidArgumentError('expected the id of a user, as your application has it.');
}

/** An option that is followed by all of them would take the user for one. */
function several(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

function parseLifetime(text: string): string {
  if (/^[1-9]\d{0,4}[smhdwy]$/.test(text)) return text;
  throw new InvalidArgumentError('expected a number with its unit: 15m, 12h or 30d.');
}

void new Command('npm run token --')
  .description('Prints a token that what npm start has started believes.')
  .argument('<user>', 'whose token: its sub', parseUser)
  .addOption(
    new Option(
      '--scope <scope>',
      'what it may do beside: accounts:write, billing:admin; several are several --scope',
    )
      .argParser(several)
      .default([], 'none'),
  )
  .option('--lifetime <time>', 'how long it is valid', parseLifetime, '12h')
  .addOption(dataOption())
  .showHelpAfterError()
  .action(print)
  .parseAsync()
  .catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
