/**
 * Lines that would cost money or open a door if they were wrong, each made wrong in one way, and the
 * tests, below `test/service/`, all of which must notice. `from` must stand exactly once in its file.
 * With `hangs: true` it makes something wait for ever by its nature, and a test that takes too long has
 * noticed it.
 */
const mutant = (file, from, to, ...tests) => ({ file: `service/${file}`, from, to, tests });

module.exports = [
  // Who may do what
  mutant(
    'http/caller.ts',
    'if (scopes.has(scope)) return;',
    'if (scopes.size > 0) return;',
    'routes/scopes',
    'http/caller',
  ),
  mutant(
    'http/caller.ts',
    "checkScope(request.caller, 'accounts:write');\n  if (isUserId",
    'if (isUserId',
    'routes/scopes',
    'routes/spending',
  ),
  mutant(
    'http/caller.ts',
    'async (request) => void userOf(request)',
    'async () => undefined',
    'http/caller',
  ),
  mutant('routes/admin/index.ts', "requireScope(app, 'billing:admin');", '', 'routes/admin/access'),
  mutant(
    'routes/admin/index.ts',
    "requireScope(app, 'billing:admin')",
    "requireScope(app, 'accounts:write')",
    'routes/admin/access',
  ),
  mutant(
    'routes/holds.ts',
    "isHost: request.caller.scopes.has('accounts:write')",
    'isHost: false',
    'routes/scopes',
  ),
  mutant(
    'routes/holds.ts',
    'placer?.isHost === false && placer.placedBy',
    'placer?.placedBy',
    'routes/scopes',
  ),
  mutant(
    'routes/holds.ts',
    'placer?.isHost === false && placer.placedBy === caller.userId',
    'placer?.isHost === false',
    'routes/scopes',
  ),
  mutant(
    'spending/holds.ts',
    'hold?.userId === userId ? hold',
    'hold !== undefined ? hold',
    'routes/holds',
  ),
  mutant(
    'store/holds.ts',
    'from holds where hold_id = $1 and user_id = $2`',
    "from holds where hold_id = $1 and $2 <> ''`",
    'routes/holds',
  ),
  mutant(
    'store/checkouts.ts',
    'where session_id = $1 and user_id = $2',
    "where session_id = $1 and $2 <> ''",
    'routes/checkout/sessions',
  ),
  mutant(
    'http/authentication.ts',
    '(issuer !== undefined && { issuer })',
    '{}',
    'http/authentication-refused',
  ),
  mutant(
    'http/authentication.ts',
    '(audience !== undefined && { audience: [...audience] })',
    '{}',
    'http/authentication-refused',
  ),
  mutant(
    'http/load.ts',
    "caller.scopes.has('accounts:write') && isUserId(named)",
    'isUserId(named)',
    'http/load',
  ),
  mutant(
    'http/load.ts',
    'isHost ? [caller.userId, named] : [caller.userId]',
    'isHost ? [named] : []',
    'http/load',
  ),
  mutant('http/load.ts', 'request.routeOptions.config.asksStripe !== true', 'true', 'http/load'),

  // Stripe's signature and the secrets
  mutant(
    'stripe/signature.ts',
    '(ageSeconds > signatureToleranceSeconds)',
    '(ageSeconds > 1000 * signatureToleranceSeconds)',
    'stripe/signature',
  ),
  mutant(
    'stripe/signature.ts',
    '(-ageSeconds > signatureToleranceSeconds)',
    '(ageSeconds > signatureToleranceSeconds + 1)',
    'stripe/signature',
  ),
  mutant(
    'stripe/signature.ts',
    'if (matching === -1) {',
    'if (matching === -2) {',
    'stripe/signature',
  ),
  mutant('stripe/signature.ts', 'others.length > 0 ? undefined : ', '', 'stripe/signature'),
  mutant('stripe/event.ts', "parsed.livemode !== (mode === 'live')", 'false', 'stripe/event'),
  mutant(
    'secrets/rotating.ts',
    '(current?.createdAtMillis ?? 0)',
    '(previous?.createdAtMillis ?? 0)',
    'secrets/rotating',
  ),
  mutant(
    'secrets/rotating.ts',
    '(each) => now < each.untilMillis',
    '() => now > 0',
    'secrets/rotating',
  ),

  // Amounts and currencies
  mutant(
    'spending/funds.ts',
    'amountMinor <= balanceMinor',
    'amountMinor <= balanceMinor + 1n',
    'routes/spending',
    'routes/holds',
    'spending/properties',
  ),
  mutant(
    'ledger/holds.ts',
    'capturedMinor > hold.amountMinor',
    'capturedMinor > hold.amountMinor + 1n',
    'routes/holds',
    'spending/properties',
  ),
  mutant(
    'ledger/holds.ts',
    'hold.amountMinor - capturedMinor',
    'hold.amountMinor',
    'routes/holds',
    'spending/properties',
  ),
  mutant(
    'ledger/holds.ts',
    "if (hold.status === 'captured') return 'hold_already_captured';\n  return hold.status",
    'return hold.status',
    'routes/holds',
    'spending/properties',
  ),
  mutant('checkout/begin.ts', '...(currency === null ? {} : { currency }),', '', 'checkout/begin'),
  mutant(
    'checkout/sale.ts',
    'amountMinor <= maximumMinor',
    'amountMinor <= maximumMinor * 2n',
    'routes/checkout/selling-refused',
  ),
  mutant(
    'checkout/sale.ts',
    'if (currencies.includes(currency)) return;',
    'if (currencies.length > 0) return;',
    'routes/checkout/selling-refused',
  ),
  mutant(
    'handlers/as-sold.ts',
    'return asked === null || session.amount_total === Number(asked);',
    'return asked !== undefined;',
    'handlers/as-sold',
    'handlers/checkout-session',
  ),
  mutant(
    'handlers/as-sold.ts',
    "if (checkout.kind !== 'price') return undefined;",
    '',
    'handlers/as-sold',
  ),
  mutant(
    'handlers/checkout-session.ts',
    "session.payment_status === 'unpaid'",
    "session.payment_status === 'no_payment_required'",
    'handlers/checkout-session',
    'handlers/checkout-session-order',
  ),
  mutant(
    'handlers/foreign-session.ts',
    "if (session.payment_status !== 'paid') return nothing('awaiting_payment');",
    '',
    'handlers/checkout-session-foreign',
  ),
  mutant(
    'handlers/foreign-session.ts',
    'if (payment.grants.length > 0) return',
    'if (payment.grants.length > 1) return',
    'handlers/checkout-session-foreign',
  ),
  mutant(
    'handlers/foreign-session.ts',
    'session.metadata?.[metadataKeys.checkoutId] !== undefined ||',
    '',
    'handlers/checkout-session-foreign',
  ),
  mutant(
    'handlers/session-sale.ts',
    'const corrected = correctionsAtOnce(payment, paid, granted, creditNotes);',
    'const corrected: Transfer[] = [];',
    'reversals',
  ),

  // Refunds and disputes
  mutant(
    'ledger/payments.ts',
    'return target < paid.amountMinor ? target : paid.amountMinor;',
    'return target;',
    'ledger/payments',
  ),
  mutant(
    'ledger/payments.ts',
    'refundRanks[status] !== 2',
    'refundRanks[status] !== 3',
    'ledger/payments',
  ),
  mutant('ledger/payments.ts', '(untold > 0n ? untold : 0n)', '0n', 'ledger/payments'),
  mutant(
    'ledger/payments.ts',
    'refundedMinor > payment.chargeRefundedMinor',
    'refundedMinor !== payment.chargeRefundedMinor',
    'ledger/payments',
  ),
  mutant(
    'ledger/payments.ts',
    "status === 'won' && moved.reinstatedMinor === 0n",
    'false',
    'ledger/payments',
    'handlers/dispute',
  ),
  mutant(
    'ledger/payments.ts',
    'rankOf(refundRanks, known) >= rankOf(refundRanks, refund)',
    'false',
    'ledger/payments',
  ),
  mutant(
    'handlers/dispute.ts',
    'amounts.filter((amount) => amount > 0n)',
    'amounts.filter((amount) => amount > 0n).slice(1)',
    'handlers/dispute',
  ),
  mutant(
    'store/apply.ts',
    'greatest(excluded.charge_refunded_minor, p.charge_refunded_minor)',
    'excluded.charge_refunded_minor',
    'store/payments',
  ),
  mutant(
    'store/apply.ts',
    'coalesce(excluded.amount_minor, p.amount_minor)',
    'excluded.amount_minor',
    'store/payments',
  ),

  // Whose it is
  mutant(
    'handlers/session-keys.ts',
    'if (isMarked || !creditsForeignSessions) return isMarked;',
    'if (isMarked || creditsForeignSessions) return isMarked;',
    'inbox/asking-whose',
  ),
  mutant(
    'stripe/client.ts',
    'if (sayingWhose.has(object)) this',
    'if (!sayingWhose.has(object)) this',
    'inbox/asking-whose',
  ),

  // Nothing is given up by age
  mutant(
    'reconciliation/objects.ts',
    'if (isAwaited) await recordAwaited(run.database, awaitedOf(object));',
    '',
    'reconciliation/awaited',
  ),
  mutant(
    'reconciliation/objects.ts',
    'if (!isReported && isSettled(object)) await forgetAwaited',
    'if (!isReported) await forgetAwaited',
    'reconciliation/awaited',
  ),
  mutant(
    'handlers/as-sold.ts',
    'received < total ? BigInt(received)',
    'received > total ? BigInt(received)',
    'reconciliation/awaited',
  ),
  mutant(
    'handlers/refund.ts',
    'captured > 0 && captured < amount ? amount - captured : 0',
    '0',
    'reconciliation/awaited',
  ),

  // Refused, and written down all the same
  mutant(
    'bookkeeping/bookkeeper.ts',
    '...refused.map((known) => ({ ...noEffects, ...known })),',
    '',
    'amount-mismatches',
  ),
  mutant(
    'checkout/begin.ts',
    'if (isDefinite(error)) await',
    'await',
    'routes/checkout/sessions-without-stripe',
  ),
  mutant(
    'checkout/begin.ts',
    'if (isDefinite(error)) await deleteUnsold(database, checkoutId);',
    '',
    'routes/checkout/already-subscribed',
  ),
  mutant(
    'inbox/replay.ts',
    'await blaming(isUnfit, ()',
    'await blaming(isItsOwn, ()',
    'routes/admin/replay-fails',
  ),

  // Credit notes
  mutant(
    'ledger/payments.ts',
    'const others = refundedMinor(payment) - credited;',
    'const others = refundedMinor(payment);',
    'credit-notes',
    'handlers/credit-note',
  ),
  mutant(
    'ledger/credit-notes.ts',
    "if (note.status === 'void' || note.amountMinor <= 0n) continue;",
    '',
    'credit-notes',
  ),
  mutant(
    'ledger/credit-notes.ts',
    'amountMinor - prePaymentMinor - failedMinor',
    'amountMinor - prePaymentMinor',
    'credit-notes',
  ),
  mutant(
    'ledger/credit-notes.ts',
    'multipliedShare(restOf(beforePayment), ofPaid)',
    'ofPaid',
    'credit-notes',
  ),
  mutant(
    'handlers/credit-note.ts',
    "known.status === 'void' || isSame",
    'isSame',
    'handlers/credit-note',
  ),
  mutant(
    'handlers/credit-note.ts',
    '...unpaidCorrections(facts.unpaidGrants, creditNotes),',
    '',
    'credit-notes',
  ),
  mutant(
    'store/credit-notes.ts',
    "withReversals('x.payment_id is null')",
    "withReversals('false')",
    'credit-notes',
  ),
  // What is sent together with what fails
  mutant(
    'store/batch.ts',
    'wire.execute({});',
    'wire.execute({});\nwire.sync();',
    'store/pipeline',
  ),
  mutant('store/batch.ts', 'this.unsent = error;', '', 'store/database', 'store/pipeline'),
  mutant(
    'store/pipeline.ts',
    'if (failure !== null) this.refuseWaiting(failure);',
    '',
    'store/pipeline',
  ),
  mutant(
    'store/pipeline.ts',
    '(objection(result) ?? null)',
    'null',
    'store/pipeline',
    'store/sessions',
  ),
  mutant('store/pipeline.ts', 'isAboutAll ? error : null', 'null', 'store/database'),
  mutant(
    'store/database.ts',
    'statement.catch((error: unknown) => client.abandon(error));',
    'statement.catch(() => undefined);',
    'store/database',
  ),
  mutant(
    'store/facts.ts',
    'paymentIds.includes(id) ? [creditNote] : []',
    'paymentIds.includes(id) ? [] : []',
    'credit-notes',
  ),
  mutant(
    'store/unsettled.ts',
    `isUnsettled: \`status = 'issued' and`,
    `isUnsettled: \`status = 'void' and`,
    'store/unsettled',
  ),

  // Once, whatever is repeated
  mutant(
    'http/idempotency.ts',
    '[request.method, request.url, JSON.stringify(request.body ?? null)]',
    '[request.method, request.url]',
    'http/idempotency',
    'routes/spending',
  ),
  mutant(
    'http/idempotency.ts',
    '[request.method, request.url, JSON',
    '[request.method, JSON',
    'http/idempotency',
  ),
  mutant(
    'http/idempotency.ts',
    'sha256([keyed.caller, keyed.key, keyed.requestHash])',
    'sha256([keyed.key, keyed.requestHash])',
    'http/idempotency',
  ),
  mutant(
    'store/idempotency.ts',
    'where k.status_code is null and k.leased_until < now()',
    'where k.leased_until < now() or true',
    'http/idempotency',
  ),
  mutant(
    'store/idempotency.ts',
    "return locked.rows[0]?.locked ? 'new' : 'under_way';",
    "return locked.rows.length > 0 ? 'new' : 'under_way';",
    'store/guards',
  ),
  mutant(
    'store/balances.ts',
    'order by account, unit for update',
    'order by account, unit',
    'store/guards',
  ),
  mutant(
    'store/checkouts.ts',
    'order by checkout_id for update',
    'order by checkout_id',
    'store/guards',
  ),
  mutant('store/holds.ts', 'order by hold_id for update', 'order by hold_id', 'store/guards'),
  mutant(
    'store/events.ts',
    "where event_id = $1 and status = 'pending'`,\n    [eventId],\n",
    'where event_id = $1`,\n    [eventId],\n',
    'store/guards',
  ),
  mutant(
    'inbox/receive.ts',
    'return [event.id, ...locked',
    'return [event.id, ...locked.slice(9)',
    'inbox/one-object',
  ),
  mutant(
    'http/idempotency.ts',
    'if (statusCode >= 300) await releaseKey',
    'if (statusCode >= 600) await releaseKey',
    'http/idempotency',
  ),
];
