import type { Payment, TollgateClient, TransferOfUser } from '@tollgate/client';
import type { Command } from 'commander';
import { given, runCommand } from '../command';
import { reachService, type ServiceOptions, withService } from '../service/access';
import { shownAmount, shownChange } from '../terminal/amounts';
import { collect, type ListOptions, withLimit } from '../terminal/listing';
import { shownTime } from '../terminal/moments';
import { printJson, printProgress, printText } from '../terminal/output';
import { type Column, pairLines, plain, tableLines } from '../terminal/table';

type LedgerOptions = ServiceOptions & ListOptions;

const examples = `
  Examples:
    npm run ops -- ledger ann --env prod
    npm run ops -- ledger cus_Qx1 --env prod --limit 500 --json`;

/** `ledger`: everything that the ledger knows of a user. */
export function addLedger(ops: Command): void {
  withLimit(withService(ops.command('ledger')))
    .description('the balances, payments and transfers of a user, the newest first')
    .argument(
      '<user>',
      'the user, as your application has it; or the Stripe customer, cus_…',
      given,
    )
    .addHelpText('after', examples)
    .action((user: string, options: LedgerOptions) =>
      runCommand(options.json, () => show(user, options), ''),
    );
}

/** Nobody needs the seconds, and the year matters. */
const toTheMinute = (moment: string) => shownTime(moment).slice(0, 16);

export const transferColumns: readonly Column<TransferOfUser>[] = [
  { heading: 'booked (UTC)', of: ({ createdAt }) => toTheMinute(createdAt) },
  { heading: 'change', of: (each) => shownChange(each.amountMinor, each.unit), align: 'right' },
  { heading: 'why', of: ({ reason }) => reason },
  { heading: 'for', of: whatFor, isElastic: true },
];

const paymentColumns: readonly Column<Payment>[] = [
  { heading: 'paid (UTC)', of: ({ createdAt }) => toTheMinute(createdAt) },
  { heading: 'amount', of: paidOf, align: 'right' },
  { heading: 'payment', of: ({ paymentId }) => paymentId },
];

async function show(user: string, options: LedgerOptions): Promise<void> {
  const { client } = await reachService(options);
  const userId = user.startsWith('cus_') ? await userOf(client, user) : user;
  const first = await page(client, userId, 1);
  const { rows: transfers, isMore } = await collect(options.limit, async ({ limit, cursor }) => {
    const { transfers: rows, nextCursor } = await page(client, userId, limit, cursor);
    return { rows, nextCursor };
  });
  const { customerId, balances, payments } = first;
  if (options.json) return printJson({ userId, customerId, balances, payments, transfers });
  const lines = pairLines([
    ['user', userId],
    ['customer', customerId ?? 'none'],
    [
      'balance',
      balances.map((each) => shownAmount(each.amountMinor, each.unit)).join(', ') || 'none',
    ],
  ]);
  if (payments.length > 0) lines.push('', ...paymentLines(payments));
  if (transfers.length > 0) lines.push('', ...tableLines(transfers, transferColumns));
  for (const line of lines) printText(line);
  if (customerId === null && balances.length === 0) {
    printProgress(`Nothing is known of ${userId}. A user's id is the sub of the user's tokens.`);
  }
  if (isMore) printProgress(`… there are more transfers than ${options.limit}: raise --limit.`);
}

async function userOf(client: TollgateClient, customerId: string): Promise<string> {
  const params = { path: { customerId } };
  return (await client.get('/v1/admin/customers/{customerId}', { params })).userId;
}

function page(client: TollgateClient, userId: string, limit: number, cursor?: string) {
  const query = { limit, ...(cursor !== undefined && { cursor }) };
  return client.get('/v1/admin/users/{userId}/ledger', { params: { path: { userId }, query } });
}

/** What was paid for, or what whoever asked for it said. */
function whatFor({ paymentId, description, reference }: TransferOfUser): string {
  return description ?? paymentId ?? `${reference.type} ${reference.id}`;
}

function paidOf({ amountMinor, currency }: Payment): string {
  return amountMinor === null || currency === null ? '?' : shownAmount(amountMinor, currency);
}

/** A line a payment, and below it what came back of it. */
function paymentLines(payments: readonly Payment[]): string[] {
  const [heading = '', ...lines] = tableLines(payments, paymentColumns);
  return [heading, ...payments.flatMap((payment, at) => [lines[at] ?? '', ...cameBack(payment)])];
}

function cameBack({ currency, refunds, disputes }: Payment): string[] {
  const amount = (minor: number) => shownAmount(minor, currency ?? '?');
  return [
    ...refunds.map(
      ({ amountMinor, status, refundId, requestedBy, reason }) =>
        `    refund ${amount(amountMinor)} ${status} ${refundId}` +
        (requestedBy === null ? '' : plain(`, asked for by ${requestedBy}: ${reason}`)),
    ),
    ...disputes.map(
      ({ amountMinor, status, disputeId }) =>
        `    dispute ${amount(amountMinor)} ${status} ${disputeId}`,
    ),
  ];
}
