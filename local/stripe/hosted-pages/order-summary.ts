import { formatDate, formatRecurrence } from '../models/billing/periods';
import { totalOf } from '../models/checkout/line-items';
import { formatAmount } from '../parameters/money';
import type { CheckoutSession, LineItem } from '../state/stored';
import { type Html, html } from './html';

/** What is bought, as the page says it. */
export interface Order {
  readonly session: CheckoutSession;
  readonly lineItems: readonly LineItem[];
  /** The second that the trial of a subscription ends in, if it is bought now; null: no trial. */
  readonly trialEndsAt: number | null;
}

const dueNow = ({ amount_total: amount, currency }: CheckoutSession): string =>
  formatAmount(amount ?? 0, currency ?? 'usd');

/** What every period costs, and how long one is: `$20.00`, `per month`. Null: all is paid once. */
function recurring({ session, lineItems }: Order) {
  const items = lineItems.filter(({ price }) => price.recurring);
  const [first] = items;
  if (!first?.price.recurring) return null;
  const amount = totalOf(items);
  return {
    price: formatAmount(amount, first.currency),
    // Checkout refuses items of different intervals, so that the first speaks for all.
    recurrence: formatRecurrence(first.price.recurring),
    name: items.length === 1 ? first.description : null,
    isAllThatIsDue: amount === session.amount_total,
  };
}

/** Stripe's words on the button of its own page. */
export function submitText({ session, trialEndsAt }: Order): string {
  if (session.mode !== 'subscription') return `Pay ${dueNow(session)}`;
  return trialEndsAt === null ? 'Subscribe' : 'Start trial';
}

/** @param isUntried no attempt to pay has failed on this page */
export function orderTitle(order: Order, isUntried: boolean): string {
  const amount = dueNow(order.session);
  if (!isUntried) return `Not paid yet: ${amount}`;
  return order.session.mode === 'subscription' ? `Subscribe: ${amount} due today` : `Pay ${amount}`;
}

export function orderSummary(order: Order): Html {
  const period = recurring(order);
  const to = period?.name ? ` to ${period.name}` : '';
  return html`<h1 id="summary">${period ? `Subscribe${to}` : 'Amount due'}</h1>
${totalText(order, period)}
<ul class="items">${order.lineItems.map(itemRow)}</ul>`;
}

function totalText({ session, trialEndsAt }: Order, period: ReturnType<typeof recurring>): Html {
  const total = dueNow(session);
  if (!period) return html`<p class="total">${total}</p>`;
  const { price, recurrence, isAllThatIsDue } = period;
  if (isAllThatIsDue) return html`<p class="total">${total} <small>${recurrence}</small></p>`;
  const from = trialEndsAt === null ? '' : ` from ${formatDate(trialEndsAt)}`;
  return html`<p class="total">${total} <small>due today</small></p>
<p class="then">Then ${price} ${recurrence}${from}</p>`;
}

function itemRow({ description, quantity, amount_total, currency, price }: LineItem): Html {
  const unit = formatAmount(price.unit_amount ?? 0, currency);
  const details = [
    ...(quantity === 1 ? [] : [`${quantity} × ${unit}`]),
    ...(price.recurring ? [formatRecurrence(price.recurring)] : []),
  ];
  const small = details.length === 0 ? null : html`<small>${details.join(' ')}</small>`;
  return html`<li><span>${description}${small}</span><span class="amount">${formatAmount(amount_total, currency)}</span></li>`;
}
