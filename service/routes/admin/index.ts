import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { requireScope } from '../../http/caller';
import { type AdminEventsOptions, adminEventRoutes } from './events';
import { type AdminLedgerOptions, adminLedgerRoutes } from './ledger';
import { type AdminOutboxOptions, adminOutboxRoutes } from './outbox';
import { type AdminReconciliationsOptions, adminReconciliationRoutes } from './reconciliations';
import { type AdminWebhookSecretsOptions, adminWebhookSecretRoutes } from './webhook-secrets';

export type AdminRoutesOptions = AdminEventsOptions &
  AdminOutboxOptions &
  AdminLedgerOptions &
  AdminReconciliationsOptions &
  AdminWebhookSecretsOptions;

/** What operators see and mend; every route asks for the scope `billing:admin`. */
export const adminRoutes: FastifyPluginAsyncTypebox<AdminRoutesOptions> = async (app, options) => {
  requireScope(app, 'billing:admin');
  // The options hold this plugin's own prefix, which its parts are under already.
  const ofParts = { ...options, prefix: '' };
  await app.register(adminEventRoutes, ofParts);
  await app.register(adminOutboxRoutes, ofParts);
  await app.register(adminLedgerRoutes, ofParts);
  await app.register(adminReconciliationRoutes, ofParts);
  await app.register(adminWebhookSecretRoutes, ofParts);
};
