import type { Bookkeeper } from '../bookkeeping/bookkeeper';
import { type DecisionSources, workOf } from '../bookkeeping/handling-work';
import type { Decision } from '../effects/effects';
import { asProblem } from '../errors';
import { handlingOfObject } from '../handlers/objects';
import type { Database } from '../store/database';
import type { ListedObject } from '../stripe/listing';
import { compareWithOurs } from './comparison';

export interface PreviewOptions extends DecisionSources {
  readonly database: Database;
  readonly bookkeeper: Bookkeeper;
}

/** How an object of Stripe's stands here, and what a reconciliation of it would come to. */
export interface ObjectStanding {
  readonly standing: 'same' | 'to_be_booked' | 'refused' | 'differs' | 'nothing_to_book';
  /** The outcome, the refusal or the difference; null where they are the same. */
  readonly detail: string | null;
}

/** What `reconcile` would do to an object; nothing of it is applied. */
export async function previewObject(
  options: PreviewOptions,
  object: ListedObject,
): Promise<ObjectStanding> {
  const compared = (await compareWithOurs(options.database, [object]))(object);
  if (compared === 'same') return { standing: 'same', detail: null };
  const differs = typeof compared === 'object' ? compared.differs : undefined;
  const handling = handlingOfObject(object);
  if (handling === undefined) return { standing: 'nothing_to_book', detail: null };
  try {
    const work = await workOf(handling, options);
    const result = await options.database.transaction((transaction) =>
      options.bookkeeper.preview(transaction, work),
    );
    if (result.status === 'refused') {
      return { standing: 'refused', detail: `${result.refusal.code}: ${result.refusal.message}` };
    }
    const { outcome } = result.decision;
    if (isChange(result.decision)) return { standing: 'to_be_booked', detail: outcome };
    return differs === undefined
      ? { standing: 'nothing_to_book', detail: outcome }
      : { standing: 'differs', detail: differs };
  } catch (error) {
    const { code, detail } = asProblem(error);
    return { standing: 'refused', detail: `${code}: ${detail}` };
  }
}

/** Whether anything of a decision is more than its word for it. */
export function isChange({ outcome: _outcome, ...effects }: Decision): boolean {
  return Object.values(effects).some(({ length }) => length > 0);
}
