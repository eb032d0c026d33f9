import { type FactKeys, type Facts, noFacts } from '../effects/records';
import type { Payment } from '../ledger/payments';
import { lockBalances } from './balances';
import { lockCheckouts } from './checkouts';
import { type CreditNoteOfPayments, readCreditNotes, readUnpaidGrants } from './credit-notes';
import { findUsersOfCustomers } from './customers';
import { lockHolds } from './holds';
import { readToldKeys } from './outbox';
import { readPayments } from './payments';
import type { Queryable } from './queryable';
import { storedFunction } from './stored-function';
import { readInvoices, readSubscriptions } from './subscriptions';
import { isStorable } from './texts';
import { readPostedKeys } from './transfers';

/** The keys that name one object each. */
type IdName = Exclude<
  keyof FactKeys,
  'messageKeys' | 'balance' | 'paymentIds' | 'creditNotes' | 'unpaidGrants'
>;

/** The objects of several works, each id once, in an order that all transactions share. */
function idsOf(keys: readonly FactKeys[], name: IdName): string[] {
  return inOrder(keys.map((key) => key[name]));
}

function inOrder(given: readonly (string | undefined)[]): string[] {
  const ids = given.filter((id) => id !== undefined);
  // Not every object was checked: what should be an id may be a number.
  return [...new Set(ids.filter((id) => isStorable(String(id))))].sort();
}

/**
 * Reads the facts of several works under lock, in one round trip. The locks are taken in an order
 * that all transactions share, so that two which need the same objects take turns: first the ids of
 * objects that may have no row yet (a refund may come before its payment), by advisory locks that
 * last as long as the transaction; then the rows of checkouts, of holds and of balances.
 * @param keys one entry per work; undefined asks for nothing
 * @returns the facts, in the order of the keys
 */
export async function lockFacts(
  client: Queryable,
  keys: readonly (FactKeys | undefined)[],
): Promise<Facts[]> {
  const wanted = keys.filter((key) => key !== undefined);
  const paymentIds = inOrder(wanted.flatMap((key) => [key.paymentId, ...(key.paymentIds ?? [])]));
  const subscriptionIds = idsOf(wanted, 'subscriptionId');
  const invoiceIds = idsOf(wanted, 'invoiceId');
  const holdIds = idsOf(wanted, 'holdId');
  // Sent without waiting for each other: the connection is pipelined and keeps their order.
  const [
    ,
    checkouts,
    holds,
    now,
    balanceOf,
    posted,
    payments,
    subscriptions,
    invoices,
    users,
    told,
    creditNotes,
    unpaidGrants,
  ] = await Promise.all([
    lockObjects(client, [...paymentIds, ...subscriptionIds, ...invoiceIds, ...holdIds]),
    lockCheckouts(client, idsOf(wanted, 'sessionId'), idsOf(wanted, 'checkoutId')),
    lockHolds(client, holdIds),
    holdIds.length === 0 ? undefined : readNow(client),
    lockBalances(
      client,
      wanted.flatMap(({ balance = [] }) => balance),
    ),
    // After the locks, so that it sees what was committed before they were given.
    readPostedKeys(client, idsOf(wanted, 'transferKey')),
    readPayments(client, paymentIds),
    readSubscriptions(client, subscriptionIds),
    readInvoices(client, invoiceIds),
    findUsersOfCustomers(client, idsOf(wanted, 'customerId')),
    readToldKeys(
      client,
      wanted.flatMap(({ messageKeys = [] }) => messageKeys.filter(isStorable)),
    ),
    readCreditNotes(client, creditedBy(wanted)),
    readUnpaidGrants(
      client,
      wanted.flatMap((key) => key.unpaidGrants ?? []),
    ),
  ]);
  const bySession = new Map(checkouts.map((checkout) => [checkout.sessionId, checkout]));
  const byId = new Map(checkouts.map((checkout) => [checkout.checkoutId, checkout]));
  const credited = withCreditNotes(payments, creditNotes);
  return keys.map((key) =>
    key === undefined
      ? noFacts
      : {
          checkout: bySession.get(key.sessionId ?? '') ?? byId.get(key.checkoutId ?? ''),
          payment: credited.get(key.paymentId ?? ''),
          payments: credited,
          subscription: subscriptions.get(key.subscriptionId ?? ''),
          invoice: invoices.get(key.invoiceId ?? ''),
          creditNotes: creditNotes.flatMap(({ creditNote }) =>
            creditNote.invoiceId === key.invoiceId ? [creditNote] : [],
          ),
          unpaidGrants: unpaidGrants.filter(({ transfer }) =>
            key.unpaidGrants?.includes(transfer.idempotencyKey),
          ),
          userId: users.get(key.customerId ?? ''),
          told,
          hold: holds.get(key.holdId ?? ''),
          balanceMinor: key.balance ? balanceOf(key.balance.userId, key.balance.unit) : 0n,
          isPosted: posted.has(key.transferKey ?? ''),
          now,
        },
  );
}

/** Whose credit notes are asked for. */
function creditedBy(wanted: readonly FactKeys[]) {
  const keys = wanted.filter(({ creditNotes }) => creditNotes);
  return {
    invoiceIds: idsOf(keys, 'invoiceId'),
    paymentIds: inOrder(keys.flatMap((key) => [key.paymentId, ...(key.paymentIds ?? [])])),
  };
}

function withCreditNotes(
  payments: ReadonlyMap<string, Payment>,
  creditNotes: readonly CreditNoteOfPayments[],
): ReadonlyMap<string, Payment> {
  if (creditNotes.length === 0) return payments;
  return new Map(
    [...payments].map(([id, payment]) => [
      id,
      {
        ...payment,
        creditNotes: creditNotes.flatMap(({ creditNote, paymentIds }) =>
          paymentIds.includes(id) ? [creditNote] : [],
        ),
      },
    ]),
  );
}

export const lockObjectsFunction = storedFunction('lock_objects', {
  parameters: 'p_ids text[]',
  returns: 'void',
  body: `
    perform pg_advisory_xact_lock(lock_key)
       from (select distinct hashtextextended(id, 0) as lock_key
               from unnest(p_ids) as id order by lock_key) as ordered;`,
});

async function lockObjects(client: Queryable, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await client.query(`select ${lockObjectsFunction.name}($1)`, [ids]);
}

async function readNow(client: Queryable): Promise<Date | undefined> {
  return (await client.query<{ now: Date }>('select now()')).rows[0]?.now;
}
