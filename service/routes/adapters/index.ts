import type { FastifyInstance, FastifyPluginCallback } from 'fastify';
import type { Catalogue } from '../../catalogue/catalogue';
import { adapterNames } from '../../contract';
import { Problem } from '../../errors';
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
  for (const name of adapterNames) {
    for (const translation of known[name]) {
      if (adapters.includes(name)) translate(app, translation);
      else refuse(app, name, translation);
    }
  }
  done();
};

/** Whoever tries a contract that is off is told which one it is of. Before the body is read. */
function refuse(app: FastifyInstance, adapter: string, { method, url }: Translation): void {
  const onRequest = async () => {
    throw new Problem('adapter_off', `${method} ${url} is of the adapter ${adapter}, which is off`);
  };
  app.route({ method, url, schema: { hide: true }, onRequest, handler: onRequest });
}
