import type { Resource } from '../routing';
import { balanceTransactions } from './balance-transactions';
import { charges } from './charges';
import { checkoutSessions } from './checkout-sessions';
import { cliSessions } from './cli-sessions';
import { customers } from './customers';
import { disputes } from './disputes';
import { events } from './events';
import { paymentIntents } from './payment-intents';
import { paymentMethods } from './payment-methods';
import { paymentPages } from './payment-pages';
import { prices } from './prices';
import { products } from './products';
import { refunds } from './refunds';
import { webhookEndpoints } from './webhook-endpoints';

/** All that the API has. A new resource is a file beside this one and a line here. */
export const resources: readonly Resource[] = [
  balanceTransactions,
  charges,
  checkoutSessions,
  cliSessions,
  customers,
  disputes,
  events,
  paymentIntents,
  paymentMethods,
  paymentPages,
  prices,
  products,
  refunds,
  webhookEndpoints,
];
