import { recordEvent } from '../../events/events';
import type { Scope } from '../../state/account';
import { newId } from '../../state/ids';
import type { InvoiceItem, Price } from '../../state/stored';
import { invoiceItemKind, pricingOf } from './invoice-lines';

interface NewInvoiceItem {
  /** In minor units; negative where the customer gets something back. */
  readonly amount: number;
  readonly currency: string;
  readonly customer: string;
  readonly description: string | null;
  readonly metadata?: Record<string, string>;
  readonly parent: InvoiceItem['parent'];
  readonly period: InvoiceItem['period'];
  readonly price: Price | null;
  readonly proration: boolean;
  readonly quantity: number;
}

/** Stores what the customer's next invoice is to charge for. */
export function createInvoiceItem(scope: Scope, wanted: NewInvoiceItem): InvoiceItem {
  const { price, metadata: given = {}, ...members } = wanted;
  const item = scope.account.tables.of(invoiceItemKind).put({
    id: newId('ii', '1', 24),
    object: 'invoiceitem',
    ...members,
    customer_account: null,
    date: scope.account.now(),
    discountable: !wanted.proration,
    discounts: [],
    invoice: null,
    livemode: false,
    metadata: given,
    pricing: pricingOf(price),
    quantity_decimal: String(wanted.quantity),
    tax_rates: [],
    test_clock: null,
  });
  recordEvent(scope, 'invoiceitem.created', item);
  return item;
}
