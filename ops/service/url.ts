import { type Command, InvalidArgumentError } from 'commander';

/** @throws InvalidArgumentError as commander has it */
export function parseOrigin(text: string): string {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return new URL(text).origin;
  throw new InvalidArgumentError('expected a URL such as https://billing.example.com.');
}

/** For commands that ask the service, which may not be reached at its domain yet. */
export function withUrl(command: Command): Command {
  return command.option(
    '--url <url>',
    'reach the service at this address; by default at the domain',
    parseOrigin,
  );
}
