import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log';
import type { Database } from '../store/database';
import {
  becomePublisher,
  markPublished,
  type OutboxMessage,
  postponeMessage,
  readNextTurn,
  setMessageAside,
} from '../store/outbox';
import type { Queryable, Transaction } from '../store/queryable';
import { type Publisher, toCloudEvent } from './publisher';

/** A message is set aside after this many attempts, the last about twelve minutes after the first. */
export const attemptsMax = 12;
const delaySecondsMax = 120;

/** Which users have had their turn; kept from one run to the next, which may end by an error. */
export interface Turns {
  afterKey?: string | undefined;
}

/** What one transaction reads; what it does not get to is read again by the next one. */
const turnLimits = { users: 100, messagesPerUser: 20 };
/** How many calls of the publisher are under way at once, each with messages of other users. */
const callsAtOnce = 5;
/** PostgreSQL ends a transaction that waits for 10 s, and one call may take 7 of them. */
const beginsCallsMillisMax = 2_000;
/** How soon a task looks again while another one is publishing. */
const elsewhereMillis = 100;

interface OutboxOptions {
  readonly database: Database;
  readonly publisher: Publisher;
  readonly source: string;
  readonly log: Log;
  readonly turns: Turns;
}

/**
 * Publishes what waits in the outbox until nothing is left that is due: each user's messages in
 * their order, one task at a time. A message that the topic refuses holds up the later ones of its
 * user, and nobody else's, until it goes or is set aside. Users take turns.
 * @returns how many were published
 * @throws when the topic cannot be reached at all: nothing is counted against any message then
 */
export async function publishOutbox(options: OutboxOptions, signal: AbortSignal): Promise<number> {
  let published = 0;
  while (!signal.aborted) {
    const turn = await options.database.transaction((client) => publishTurn(client, options), {
      isPipelined: true,
    });
    published += turn.published;
    if (turn.next === 'none') break;
    if (turn.next === 'later') {
      await sleep(elsewhereMillis, undefined, { signal }).catch(() => undefined);
    }
  }
  return published;
}

interface TurnOutcome {
  readonly published: number;
  /**
   * Whether there may be more of what was there when the turn began; what comes in later wakes the
   * loop. Later: another task is publishing, and may have looked before our last messages were there.
   */
  readonly next: 'none' | 'at once' | 'later';
}

async function publishTurn(client: Transaction, options: OutboxOptions): Promise<TurnOutcome> {
  const { turns } = options;
  const { afterKey } = turns;
  const [isPublisher, { messagesOfUsers, reachedKey }] = await Promise.all([
    becomePublisher(client),
    readNextTurn(client, turnLimits, afterKey),
  ]);
  if (!isPublisher) return { published: 0, next: 'later' };
  // Before they are sent: a turn that fails as a whole is not to be the only one that is tried.
  turns.afterKey = reachedKey;
  if (messagesOfUsers.length === 0) {
    return { published: 0, next: afterKey === undefined ? 'none' : 'at once' };
  }

  const { sent, failed } = await publishInOrder(messagesOfUsers, options);
  if (sent.length > 0) await client.withCommit(markPublished(client, sent));
  for (const { message, failure } of failed) {
    await client.withCommit(giveTime(client, message, failure, options.log));
  }
  const isCut =
    afterKey !== undefined ||
    reachedKey !== undefined ||
    messagesOfUsers.some(({ length }) => length === turnLimits.messagesPerUser) ||
    sent.length + failed.length < messagesOfUsers.flat().length;
  return { published: sent.length, next: sent.length > 0 && isCut ? 'at once' : 'none' };
}

/** What became of the messages of a turn; what is in neither list was not sent. */
interface Published {
  readonly sent: bigint[];
  readonly failed: { readonly message: OutboxMessage; readonly failure: string }[];
}

/**
 * The first message of each user, then the second of each, and so on: no call has two of one user,
 * because a topic may refuse the third of its messages and take the fourth.
 */
async function publishInOrder(
  messagesOfUsers: readonly (readonly OutboxMessage[])[],
  { publisher, source }: OutboxOptions,
): Promise<Published> {
  const sent: bigint[] = [];
  const failed: Published['failed'] = [];
  const began = performance.now();
  let users = messagesOfUsers;
  for (let place = 0; users.length > 0; place += 1) {
    const ofEach = users.flatMap((messages) => messages[place] ?? []);
    const calls = inSlices(ofEach, publisher.batchSize).map(oldestFirst);
    const heldUp = new Set<string | null>();
    for (const atOnce of inSlices(calls, callsAtOnce)) {
      if (performance.now() - began > beginsCallsMillisMax) return { sent, failed };
      const answers = await Promise.allSettled(
        atOnce.map((messages) => publisher.publish(messages.map((m) => toCloudEvent(m, source)))),
      );
      for (const [index, answer] of answers.entries()) {
        if (answer.status === 'rejected') continue;
        for (const [at, message] of (atOnce[index] ?? []).entries()) {
          const failure = answer.value[at];
          if (failure === undefined) sent.push(message.position);
          else failed.push({ message, failure });
          if (failure !== undefined) heldUp.add(message.userId);
        }
      }
      const thrown = answers.find((answer) => answer.status === 'rejected');
      // The topic is away: what it has taken is written down, and the rest is nobody's fault.
      if (thrown !== undefined && sent.length + failed.length === 0) throw thrown.reason;
      if (thrown !== undefined) return { sent, failed };
    }
    users = users.filter(
      (messages) => place + 1 < messages.length && !heldUp.has(messages[0]?.userId ?? null),
    );
  }
  return { sent, failed };
}

function oldestFirst(messages: readonly OutboxMessage[]): OutboxMessage[] {
  return [...messages].sort((a, b) => Number(a.position - b.position));
}

function inSlices<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

async function giveTime(
  client: Queryable,
  message: OutboxMessage,
  failure: string,
  log: Log,
): Promise<void> {
  const attempts = message.attempts + 1;
  const about = { messageId: message.messageId, type: message.type, attempts, failure };
  if (attempts >= attemptsMax) {
    log.error(about, 'message set aside; see docs/runbook.md#messages-set-aside');
    await setMessageAside(client, message.position, failure);
  } else {
    log.warn(about, 'message not published; will retry');
    await postponeMessage(
      client,
      message.position,
      Math.min(2 ** attempts, delaySecondsMax),
      failure,
    );
  }
}
