import type { Account } from '../state/account';
import { newId } from '../state/ids';
import type { Kind, Row } from '../state/tables';

/** Events that Stripe fails to generate: nobody is sent them, and no list shows them. */
export interface EventSuppression extends Row {
  readonly object: 'event_suppression';
  /** `charge.*` stands for every type that begins so. */
  readonly types: readonly string[];
  /** Events that it will still swallow. */
  readonly remaining: number;
}

export const eventSuppressionKind: Kind<EventSuppression> = { name: 'event_suppression' };

export function suppressEvents(
  { tables }: Account,
  types: readonly string[],
  times: number,
): EventSuppression {
  return tables.of(eventSuppressionKind).put({
    id: newId('suppression', '', 14),
    object: 'event_suppression',
    types,
    remaining: times,
  });
}

/** Whether an event of this type is swallowed; it counts as swallowed then. */
export function isSuppressed({ tables, log }: Account, type: string): boolean {
  const suppressions = tables.of(eventSuppressionKind);
  const found = suppressions
    .oldestFirst()
    .find(({ types }) => types.some((pattern) => matchesType(type, pattern)));
  if (!found) return false;
  if (found.remaining > 1) suppressions.update(found.id, { remaining: found.remaining - 1 });
  else suppressions.remove(found.id);
  log(`event ${type} suppressed`);
  return true;
}

/** `charge.*` stands for every type that begins so, `*` for every type. */
export function matchesType(type: string, pattern: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern;
}
