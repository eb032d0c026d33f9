import type { OutboxMessage } from '@tollgate/client';
import { type Command, InvalidArgumentError } from 'commander';
import { runCommand, withYes } from '../command';
import { reachService, type ServiceOptions, withService } from '../service/access';
import { confirmService } from '../service/confirmation';
import { collect, type ListOptions, printList, withLimit } from '../terminal/listing';
import { shownAge, shownTime } from '../terminal/moments';
import { printJson, printText } from '../terminal/output';
import { type Column, plain, tableLines } from '../terminal/table';

interface ListOutboxOptions extends ServiceOptions, ListOptions {
  readonly setAside: boolean;
  readonly type?: string;
  readonly user?: string;
  readonly json: boolean;
}

const examples = `
  Examples:
    npm run ops -- outbox --env prod
    npm run ops -- outbox list --set-aside --env prod
    npm run ops -- outbox retry 4711 --env prod`;

/** `outbox`: what has not been published, and publishing what was given up. */
export function addOutbox(ops: Command): void {
  const outbox = ops
    .command('outbox')
    .description('what has not been published yet: list, retry')
    .addHelpText('after', examples);
  withLimit(withService(outbox.command('list', { isDefault: true })))
    .description('messages that wait, the oldest first')
    .option('--set-aside', 'those that could not be published and were given up', false)
    .option('--type <type>', 'only of this type, such as balance.credited')
    .option('--user <id>', 'only of this user')
    .action((options: ListOutboxOptions) => runCommand(options.json, () => list(options), ''));
  withYes(withService(outbox.command('retry')))
    .description('publishes a message that was set aside; its user was told of later ones before')
    .argument('<position>', 'its position, as list shows it', parsePosition)
    .action((position: string, options: ServiceOptions & { yes: boolean }) =>
      runCommand(options.json, () => retry(position, options)),
    );
}

const columns: readonly Column<OutboxMessage>[] = [
  { heading: 'since (UTC)', of: ({ createdAt }) => shownTime(createdAt).slice(5) },
  { heading: 'age', of: ({ createdAt }) => shownAge(createdAt), align: 'right' },
  { heading: 'position', of: ({ position }) => String(position), align: 'right' },
  { heading: 'type', of: ({ type }) => type, isElastic: true },
  { heading: 'user', of: ({ userId }) => userId ?? '', isElastic: true },
];

async function list(options: ListOutboxOptions): Promise<void> {
  const { client } = await reachService(options);
  const { type, user, setAside } = options;
  const found = await collect(options.limit, async (page) => {
    const query = {
      ...page,
      state: setAside ? ('set_aside' as const) : ('waiting' as const),
      ...(type !== undefined && { type }),
      ...(user !== undefined && { ofUser: user }),
    };
    const { messages, nextCursor } = await client.get('/v1/admin/outbox', { params: { query } });
    return { rows: messages, nextCursor };
  });
  const none = setAside ? 'No message is set aside.' : 'No message waits to be published.';
  printList(found, options, messageLines, none);
  if (options.json || setAside) return;
  const { outbox } = await client.get('/v1/admin/overview');
  if (outbox.setAside > 0) {
    printText(`${outbox.setAside} more could not be published: outbox list --set-aside`);
  }
}

function messageLines(messages: readonly OutboxMessage[]): string[] {
  const [heading = '', ...lines] = tableLines(messages, columns);
  return [
    heading,
    ...messages.flatMap((message, at) => [lines[at] ?? '', ...reasonLines(message)]),
  ];
}

function reasonLines({ lastError, attempts, nextAttemptAt, setAsideAt }: OutboxMessage): string[] {
  if (lastError === null) return [];
  const next =
    setAsideAt === null
      ? `tried again at ${shownTime(nextAttemptAt)} UTC`
      : `set aside at ${shownTime(setAsideAt)} UTC`;
  return [`    ${plain(lastError)} (attempt ${attempts}; ${next})`];
}

async function retry(
  position: string,
  options: ServiceOptions & { readonly yes: boolean },
): Promise<void> {
  const service = await reachService(options);
  await confirmService(service, options.yes);
  const params = { path: { position } };
  const result = await service.client.post('/v1/admin/outbox/{position}/retry', { params });
  if (options.json) printJson(result);
  else printText(`✓ the message at ${position} waits to be published`);
}

function parsePosition(text: string): string {
  if (/^\d{1,18}$/.test(text)) return text;
  throw new InvalidArgumentError('expected a number, as outbox list shows it.');
}
