import type { Effects } from './effects';

/** The event contradicts what we recorded: it is kept as failed, for a person to look at. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly code:
      | 'checkout_amount_mismatch'
      | 'checkout_session_mismatch'
      | 'checkout_unknown'
      | 'credit_note_missing'
      | 'invoice_missing'
      | 'subscription_missing',
    message: string,
    /** What is known all the same, and written down: a session that is paid is not open any more. */
    readonly known: Partial<Effects> = {},
  ) {
    super(message);
  }
}
