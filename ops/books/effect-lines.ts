import type { Replay } from '@tollgate/client';
import { shownAmount } from '../terminal/amounts';

/** What a replay did, or would do. */
export function effectLines({
  eventId,
  dryRun,
  status,
  outcome,
  refusal,
  effects,
}: Replay): string[] {
  if (status === 'ignored') return [`– ${eventId}: its type has no handler, nothing is done`];
  if (refusal !== null) return [`✗ ${eventId}: refused as ${refusal.code}: ${refusal.detail}`];
  const { transfers, changes, messages } = effects;
  if (transfers.length + changes.length + messages.length === 0) {
    return [`✓ ${eventId}: ${outcome}: all of it has been done before`];
  }
  const verb = dryRun ? 'would ' : '';
  return [
    `✓ ${eventId}: ${dryRun ? 'would come to ' : ''}${outcome}`,
    ...transfers.map(
      ({ amountMinor, unit, debitAccount, creditAccount, reason }) =>
        `    ${verb}book     ${shownAmount(amountMinor, unit)}, ${reason}: ${debitAccount} → ${creditAccount}`,
    ),
    ...changes.map(({ object, id }) => `    ${verb}record   ${object} ${id}`),
    ...messages.map(({ type, userId }) => `    ${verb}publish  ${type}${ofUser(userId)}`),
  ];
}

const ofUser = (userId: string | null) => (userId === null ? '' : ` of ${userId}`);
