import type { Resource } from '../http/routing';
import { balanceTransactions } from './balance-transactions';
import { portalConfigurations, portalSessions } from './billing-portal';
import { charges } from './charges';
import { checkoutSessions } from './checkout-sessions';
import { cliSessions } from './cli-sessions';
import { creditNotes } from './credit-notes';
import { customerBalanceTransactions } from './customer-balance-transactions';
import { customers } from './customers';
import { disputes } from './disputes';
import { events } from './events';
import { invoiceItems } from './invoice-items';
import { invoicePayments } from './invoice-payments';
import { invoices } from './invoices';
import { keptCards } from './kept-cards';
import { paymentIntents } from './payment-intents';
import { paymentMethods } from './payment-methods';
import { paymentPages } from './payment-pages';
import { prices } from './prices';
import { products } from './products';
import { refunds } from './refunds';
import { subscriptionItems } from './subscription-items';
import { subscriptions } from './subscriptions';
import { webhookEndpoints } from './webhook-endpoints';

/** All that the API has. A new resource is a file beside this one and a line here. */
export const resources: readonly Resource[] = [
  balanceTransactions,
  charges,
  checkoutSessions,
  cliSessions,
  creditNotes,
  customerBalanceTransactions,
  customers,
  disputes,
  events,
  invoiceItems,
  invoicePayments,
  invoices,
  keptCards,
  paymentIntents,
  paymentMethods,
  paymentPages,
  portalConfigurations,
  portalSessions,
  prices,
  products,
  refunds,
  subscriptionItems,
  subscriptions,
  webhookEndpoints,
];
