import { Problem } from '../errors';
import { idOf } from '../handlers/handling';
import { metadataKeys } from '../handlers/metadata';
import { isUserId } from '../ledger/user-id';
import { findCustomers, findUsersOfCustomers } from '../store/customers';
import { type EventRecord, findEvent } from '../store/event-log';
import { searchEvents } from '../store/event-search';
import {
  type BookedTransfer,
  readMessagesAbout,
  readTransfersFor,
  type TracedMessage,
} from '../store/trace';
import { readPaymentsOfUser } from '../store/user-payments';
import { type FamilyMember, FamilyReader, kindOfId } from '../stripe/family';
import type { StripeListing } from '../stripe/listing';
import { type ObjectStanding, type PreviewOptions, previewObject } from './preview';

export interface TraceOptions extends PreviewOptions {
  readonly listing: StripeListing;
}

/** An object as Stripe has it, and how it stands here. */
export interface TracedObject extends Partial<ObjectStanding> {
  readonly object: FamilyMember;
}

export interface Trace {
  readonly userId: string | null;
  readonly customerId: string | null;
  readonly objects: readonly TracedObject[];
  /** When the event that was asked for was made, where Stripe still has it. */
  readonly eventCreatedAt: Date | null;
  /** Why Stripe could not be asked; null when it answered. */
  readonly stripeProblem: string | null;
  readonly events: readonly EventRecord[];
  /** False where the search for events ended before it had looked at all of that time. */
  readonly isEventSearchComplete: boolean;
  readonly transfers: readonly BookedTransfer[];
  readonly messages: readonly TracedMessage[];
}

const eventsMax = 50;
const paymentsMax = 20;
/** Clocks differ, and a session's events may name what was made before it. */
const slackMillis = 3_600_000;
/** Of what no object says the time of. */
const reachMillis = 30 * 86_400_000;

/**
 * Follows a purchase, or the last ones of a customer, through Stripe, the inbox, the ledger and the
 * outbox. It changes nothing.
 * @param id of an object or an event of Stripe's, or a user
 * @throws Problem `database_unavailable`
 */
export async function trace(
  options: TraceOptions,
  id: string,
  signal: AbortSignal,
): Promise<Trace> {
  const { database } = options;
  const kind = kindOfId(id);
  const isUser = kind === undefined;
  const roots = isUser ? await findCustomers(database, id) : [id];
  const told = await askStripe(options, kind === 'event' ? 'event' : 'object', roots, signal);
  const objects: TracedObject[] = [];
  for (const object of told.members) objects.push(await standingOf(options, object));

  const customerId = isUser ? (roots[0] ?? null) : customerOf(told.members);
  const userId = isUser ? id : await userOf(options, told.members, customerId);
  const isOfUser = isUser || kind === 'customer';
  const owned = isOfUser && userId !== null ? await paymentsOf(options, userId) : [];
  const ids = [
    ...new Set([...roots, ...told.ids, ...told.members.map((each) => each.id), ...owned]),
  ];
  const since = new Date(oldestMillis(told.members) - slackMillis);
  const [found, transfers, messages] = await Promise.all([
    searchEvents(
      database,
      { ids, userId: isUser ? id : undefined },
      { since: kind === 'event' ? undefined : since },
      { after: undefined, limit: eventsMax },
      signal,
    ),
    readTransfersFor(database, paymentIdsOf(told.members, ids), idsOfKind(ids, 'checkout.session')),
    readMessagesAbout(database, ids, isUser ? id : undefined, since),
  ]);
  return {
    userId,
    customerId,
    objects,
    eventCreatedAt: told.eventCreatedAt,
    stripeProblem: told.problem,
    events: found.events,
    isEventSearchComplete: found.reached === undefined || found.events.length === eventsMax,
    transfers,
    messages,
  };
}

interface Told {
  readonly members: readonly FamilyMember[];
  /** What is asked about further, where Stripe does not say it. */
  readonly ids: readonly string[];
  readonly eventCreatedAt: Date | null;
  readonly problem: string | null;
}

/** What Stripe cannot say, our own records may. */
async function askStripe(
  options: TraceOptions,
  what: 'event' | 'object',
  roots: readonly string[],
  signal: AbortSignal,
): Promise<Told> {
  const reader = new FamilyReader(options.stripe, options.listing, signal);
  const ids: string[] = [];
  let eventCreatedAt: Date | null = null;
  const members: FamilyMember[] = [];
  try {
    for (const root of roots) {
      if (what === 'object') members.push(...(await reader.read(root)));
      else {
        const event = await reader.event(root);
        eventCreatedAt = event === undefined ? null : new Date(event.created * 1_000);
        const about = event ?? (await findEvent(options.database, root))?.payload;
        const { id } = (about?.data.object ?? {}) as { readonly id?: string };
        if (id === undefined) continue;
        ids.push(id);
        members.push(...(await reader.read(id)));
      }
    }
    return { members: unique(members), ids, eventCreatedAt, problem: null };
  } catch (error) {
    const isStripes = error instanceof Problem && error.code.startsWith('stripe_');
    if (!isStripes && !signal.aborted) throw error;
    const said = isStripes ? `${error.code}: ${error.detail}` : 'it took too long';
    return {
      members: unique(members),
      ids,
      eventCreatedAt,
      problem: said,
    };
  }
}

const unique = (members: readonly FamilyMember[]) => [
  ...new Map(members.map((member) => [member.id, member])).values(),
];

async function standingOf(options: TraceOptions, object: FamilyMember): Promise<TracedObject> {
  // No event of a payment intent alone books anything: its session or invoice does.
  if (object.object === 'payment_intent') return { object };
  return { object, ...(await previewObject(options, object)) };
}

function customerOf(members: readonly FamilyMember[]): string | null {
  for (const member of members) {
    if (member.object === 'customer') return member.id;
    const customerId = 'customer' in member ? idOf(member.customer) : null;
    if (customerId !== null) return customerId;
  }
  return null;
}

async function userOf(
  { database, catalogue }: TraceOptions,
  members: readonly FamilyMember[],
  customerId: string | null,
): Promise<string | null> {
  const known =
    customerId === null
      ? undefined
      : (await findUsersOfCustomers(database, [customerId])).get(customerId);
  if (known !== undefined) return known;
  for (const { metadata } of members.filter((member) => 'metadata' in member)) {
    if (metadata?.[metadataKeys.environment] !== catalogue.environmentName) continue;
    const named = metadata[metadataKeys.userId];
    if (isUserId(named)) return named;
  }
  return null;
}

async function paymentsOf({ database }: TraceOptions, userId: string): Promise<string[]> {
  const payments = await readPaymentsOfUser(database, userId, paymentsMax);
  return payments.map(({ payment }) => payment.paymentId);
}

/** Payments are known by their intent, and by their charge where there is none. */
function paymentIdsOf(members: readonly FamilyMember[], ids: readonly string[]): string[] {
  const named = members.flatMap((member) =>
    'payment_intent' in member ? (idOf(member.payment_intent) ?? []) : [],
  );
  return [...named, ...idsOfKind(ids, 'payment_intent'), ...idsOfKind(ids, 'charge')];
}

const idsOfKind = (ids: readonly string[], kind: string) =>
  ids.filter((id) => kindOfId(id) === kind);

function oldestMillis(members: readonly FamilyMember[]): number {
  if (members.length === 0) return Date.now() - reachMillis;
  return Math.min(...members.map(({ created }) => created)) * 1_000;
}
