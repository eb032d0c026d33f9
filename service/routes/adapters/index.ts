import type { FastifyPluginCallback } from 'fastify';
import type { Catalogue } from '../../catalogue/catalogue';
import type { adapterNames } from '../../contract';
import { checkoutSession } from './checkout-session';
import { credits } from './credits';
import { paymentIntent } from './payment-intent';
import { topups } from './topups';
import { type Translation, translate } from './translation';

interface AdapterRoutesOptions {
  /** Those that the deployer turned on. */
  readonly adapters: readonly (typeof adapterNames)[number][];
  readonly catalogue: Catalogue;
}

/** The contracts of systems that teams move from, so that their clients go on working. */
export const adapterRoutes: FastifyPluginCallback<AdapterRoutesOptions> = (
  app,
  { adapters, catalogue },
  done,
) => {
  const known: Readonly<Record<(typeof adapterNames)[number], readonly Translation[]>> = {
    topups,
    'checkout-session': checkoutSession,
    'payment-intent': paymentIntent,
    credits: credits(catalogue),
  };
  for (const name of adapters) {
    for (const translation of known[name]) translate(app, translation);
  }
  done();
};
