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
import type { Queryable } from '../store/queryable';
import { type Publisher, toCloudEvent } from './publisher';

/** A message is set aside after this many attempts, the last about twelve minutes after the first. */
export const attemptsMax = 12;
const delaySecondsMax = 120;

/** Which users have had their turn; kept from one run to the next, which may end by an error. */
export interface Turns {
  afterKey?: string | undefined;
}

/**
 * Publishes what waits in the outbox until nothing is left that is due: each user's messages in
 * their order, one task at a time. A message that the topic refuses holds up the later ones of its
 * user, and nobody else's, until it goes or is set aside. Users take turns, one message each.
 * @returns how many were published
 * @throws when the topic cannot be reached at all: nothing is counted against any message then
 */
export async function publishOutbox(
  options: {
    readonly database: Database;
    readonly publisher: Publisher;
    readonly source: string;
    readonly log: Log;
    readonly turns: Turns;
  },
  signal: AbortSignal,
): Promise<number> {
  let published = 0;
  while (!signal.aborted) {
    const batch = await options.database.transaction((client) => publishBatch(client, options));
    published += batch.published;
    if (!batch.mayBeMore) break;
  }
  return published;
}

async function publishBatch(
  client: Queryable,
  { publisher, source, log, turns }: Parameters<typeof publishOutbox>[0],
): Promise<{ published: number; mayBeMore: boolean }> {
  if (!(await becomePublisher(client))) return { published: 0, mayBeMore: false };
  const { afterKey } = turns;
  const { messages, reachedKey } = await readNextTurn(client, publisher.batchSize, afterKey);
  // Before they are sent: a batch that fails as a whole is not to be the only one that is tried.
  turns.afterKey = reachedKey;
  if (messages.length === 0) return { published: 0, mayBeMore: afterKey !== undefined };

  const failures = await publisher.publish(messages.map((m) => toCloudEvent(m, source)));
  const sent = messages.filter((_message, index) => failures[index] === undefined);
  await markPublished(
    client,
    sent.map((message) => message.position),
  );
  for (const [index, message] of messages.entries()) {
    const failure = failures[index];
    if (failure !== undefined) await giveTime(client, message, failure, log);
  }
  return { published: sent.length, mayBeMore: sent.length > 0 };
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
