import { invoiceKind } from '../models/billing/invoices';
import { checkoutSessionKind } from '../models/checkout/sessions';
import { chargeKind } from '../models/payments/charges';
import { disputeKind } from '../models/payments/disputes';
import { paymentIntentKind } from '../models/payments/payment-intents';
import { refundKind } from '../models/payments/refunds';
import type { Account } from '../state/account';
import { amountOf, harm, namesOf, post, type Row } from './front-rows';
import { formatMoment, whoOf } from './who-and-when';

/** What goes on once a buyer or a bank has decided. */
export function waiting(account: Account): Row[] {
  return [
    ...debits(account),
    ...authentications(account),
    ...pendingRefunds(account),
    ...openDisputes(account),
    ...openInvoices(account),
  ];
}

function debits(account: Account): Row[] {
  return account.tables
    .of(checkoutSessionKind)
    .newestFirst()
    .filter(
      ({ status, payment_status: paid, payment_intent: intent }) =>
        status === 'complete' &&
        paid === 'unpaid' &&
        intent !== null &&
        account.tables.of(paymentIntentKind).find(intent)?.status === 'processing',
    )
    .map((session) => ({
      title: `A bank debit for ${namesOf(account, session)}`,
      amount: amountOf(session.amount_total, session.currency),
      details: [whoOf(account, session), formatMoment(session.created), session.id],
      actions: [
        post('The bank pays', `checkout/sessions/${session.id}/settle`),
        harm('The bank refuses', `checkout/sessions/${session.id}/fail`),
      ],
    }));
}

function authentications(account: Account): Row[] {
  return account.tables
    .of(paymentIntentKind)
    .newestFirst()
    .filter(({ status }) => status === 'requires_action')
    .map((intent) => ({
      title: 'A payment that asks for 3D Secure',
      amount: amountOf(intent.amount, intent.currency),
      details: [whoOf(account, intent), formatMoment(intent.created), intent.id],
      actions: [
        post('The buyer authenticates', `payment_intents/${intent.id}/authenticate`),
        harm('The buyer fails to', `payment_intents/${intent.id}/fail-authentication`),
      ],
    }));
}

function pendingRefunds(account: Account): Row[] {
  return account.tables
    .of(refundKind)
    .newestFirst()
    .filter(({ status }) => status === 'pending')
    .map((refund) => ({
      title: 'A refund that is on its way',
      amount: amountOf(refund.amount, refund.currency),
      details: [whoOfCharge(account, refund.charge), formatMoment(refund.created), refund.id],
      actions: [
        post('It arrives', `refunds/${refund.id}/settle`),
        harm('It fails', `refunds/${refund.id}/fail`),
      ],
    }));
}

function openDisputes(account: Account): Row[] {
  const isOpen = (status: string) =>
    ['needs_response', 'under_review', 'warning_needs_response', 'warning_under_review'].includes(
      status,
    );
  return account.tables
    .of(disputeKind)
    .newestFirst()
    .filter(({ status }) => isOpen(status))
    .map((dispute) => ({
      title: `${dispute.status.startsWith('warning') ? 'An inquiry' : 'A dispute'}: ${dispute.reason.replaceAll('_', ' ')}`,
      amount: amountOf(dispute.amount, dispute.currency),
      details: [
        whoOfCharge(account, dispute.charge),
        formatMoment(dispute.created),
        dispute.status,
        dispute.id,
      ],
      actions: [
        post('You win', `disputes/${dispute.id}/win`),
        harm('You lose', `disputes/${dispute.id}/lose`),
        ...(dispute.status.startsWith('warning')
          ? [harm('It becomes a chargeback', `disputes/${dispute.id}/escalate`)]
          : []),
      ],
    }));
}

function openInvoices(account: Account): Row[] {
  return account.tables
    .of(invoiceKind)
    .newestFirst()
    .filter(({ status }) => status === 'open')
    .map((invoice) => ({
      title: `An open invoice ${invoice.number ?? ''}`,
      ...(invoice.hosted_invoice_url && { link: invoice.hosted_invoice_url }),
      amount: amountOf(invoice.amount_remaining, invoice.currency),
      details: [whoOf(account, invoice), formatMoment(invoice.created), String(invoice.id)],
      actions: [
        post('It is paid', `invoices/${invoice.id}/pay`),
        harm('One more attempt fails', `invoices/${invoice.id}/fail`),
        harm('The last one fails', `invoices/${invoice.id}/fail`, { give_up: 'cancel' }),
      ],
    }));
}

function whoOfCharge(account: Account, id: unknown): string {
  const charge = account.tables.of(chargeKind).find(String(id));
  return charge === undefined ? 'a guest' : whoOf(account, charge);
}
