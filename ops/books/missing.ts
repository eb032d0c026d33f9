import type { Trace } from '@tollgate/client';
import { shownAge } from '../terminal/moments';

/** What does not stand as it should, and what to do about it. */
export interface Missing {
  readonly id: string;
  readonly seen: string;
  readonly fix: string;
}

/** Published within a moment when all is well. */
const patienceMillis = 60_000;

/**
 * What a trace says to be missing, in the order in which it is mended.
 * @param target of the commands that mend it, such as `--env prod`
 */
export function missingIn(trace: Trace, target: string, nowMillis = Date.now()): Missing[] {
  const ops = (command: string) => `npm run ops -- ${command} ${target}`;
  const { id, stripeProblem, objects, events } = trace;
  const missing: Missing[] = [];
  if (stripeProblem !== null) {
    missing.push({ id, seen: `Stripe could not be asked: ${stripeProblem}`, fix: ops('doctor') });
  } else if (isUnknown(trace)) {
    missing.push({
      id,
      seen: 'neither Stripe nor this environment knows it',
      fix: 'Compare the mode, the account and the environment that it is of; for a user, the sub.',
    });
  }
  if (trace.eventCreatedAt !== null && !events.some(({ eventId }) => eventId === id)) {
    const since = secondsBefore(trace.eventCreatedAt);
    missing.push({
      id,
      seen: 'Stripe made this event, and it never came in',
      fix: ops(`reconcile events --since ${since}`),
    });
  }
  for (const { eventId, status, lastError } of events) {
    if (status === 'failed') {
      const fix = `Remove the cause (docs/runbook.md, "Events failed"); then ${ops(`events replay ${eventId}`)}`;
      missing.push({ id: eventId, seen: `the event failed: ${lastError}`, fix });
    } else if (status === 'pending') {
      const fix = 'It is tried again by itself; docs/runbook.md, "Events wait to be handled".';
      missing.push({ id: eventId, seen: `the event waits: ${lastError ?? 'not tried yet'}`, fix });
    }
  }
  for (const each of objects) missing.push(...missingOf(each, ops));
  for (const message of trace.messages) missing.push(...unpublished(message, ops, nowMillis));
  return missing;
}

const isUnknown = ({ objects, events, transfers, eventCreatedAt, customerId }: Trace) =>
  objects.length + events.length + transfers.length === 0 &&
  eventCreatedAt === null &&
  customerId === null;

function missingOf(
  { id, object, standing, detail, createdAt }: Trace['objects'][number],
  ops: (command: string) => string,
): Missing[] {
  switch (standing) {
    case 'to_be_booked':
      return [
        {
          id,
          seen: `Stripe has this ${object}, and it is not booked: it would come to ${detail}`,
          fix: ops(`reconcile objects --since ${secondsBefore(createdAt)}`),
        },
      ];
    case 'refused':
      return [{ id, seen: `it is refused: ${detail}`, fix: 'docs/runbook.md, "Events failed".' }];
    case 'differs':
      return [{ id, seen: String(detail), fix: 'docs/runbook.md, "Reconciliation differences".' }];
    default:
      return [];
  }
}

function unpublished(
  message: Trace['messages'][number],
  ops: (command: string) => string,
  nowMillis: number,
): Missing[] {
  const { messageId: id, type, position, setAsideAt, publishedAt, createdAt, lastError } = message;
  if (publishedAt !== null) return [];
  if (setAsideAt !== null) {
    const seen = `the message ${type} was set aside: ${lastError}`;
    return [{ id, seen, fix: `Remove the cause; then ${ops(`outbox retry ${position}`)}` }];
  }
  if (nowMillis - Date.parse(createdAt) < patienceMillis) return [];
  const seen = `the message ${type} waits for ${shownAge(createdAt, nowMillis)}: ${lastError ?? 'not tried yet'}`;
  return [{ id, seen, fix: 'docs/runbook.md, "Messages wait to be published".' }];
}

/** What Stripe says was made in this second was, maybe, a little before it. */
const secondsBefore = (moment: string) =>
  new Date(Date.parse(moment) - 1_000).toISOString().replace(/\.\d+Z$/, 'Z');
