import type { Overview } from '@tollgate/client';
import type { Finding } from '../terminal/output';
import { counted, found } from './checks';

/** As the alarms "Events wait to be handled" and "Messages wait to be published" have it. */
const longest = { eventMinutes: 15, messageMinutes: 5 };

/** What waits and what was given up. */
export function checkBacklog({ events, outbox }: Overview): readonly Finding[] {
  return [eventsOf(events), outboxOf(outbox), lastOf(events)];
}

function eventsOf({ failed, oldestPendingAt, pending }: Overview['events']): Finding {
  const minutes = minutesSince(oldestPendingAt);
  const waits = pending > 0 ? `, the oldest for ${minutes} minutes` : '';
  return found(
    'events',
    failed === 0 && minutes < longest.eventMinutes,
    `${pending} wait${waits}; ${failed} failed`,
    failed > 0
      ? 'docs/runbook.md, "Events failed"'
      : 'docs/runbook.md, "Events wait to be handled"',
  );
}

function outboxOf({ oldestWaitingAt, setAside, waiting }: Overview['outbox']): Finding {
  const minutes = minutesSince(oldestWaitingAt);
  const waits = waiting > 0 ? `, the oldest for ${minutes} minutes` : '';
  return found(
    'outbox',
    setAside === 0 && minutes < longest.messageMinutes,
    `${counted(waiting, 'message')} to be published${waits}; ${setAside} set aside`,
    setAside > 0
      ? 'docs/runbook.md, "Messages set aside"'
      : 'docs/runbook.md, "Messages wait to be published"',
  );
}

function lastOf({ last }: Overview['events']): Finding {
  const check = 'last event';
  const fix = 'Prove that one does: npm run ops -- smoke';
  if (last === null) return found(check, null, 'none has arrived yet', fix);
  return found(check, true, `${last.type} ${last.eventId} at ${last.receivedAt}`, fix);
}

const minutesSince = (moment: string | null) =>
  moment === null ? 0 : Math.floor((Date.now() - Date.parse(moment)) / 60_000);
