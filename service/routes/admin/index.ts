import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { requireScope } from '../caller';
import { type AdminEventsOptions, adminEventRoutes } from './events';
import { type AdminLedgerOptions, adminLedgerRoutes } from './ledger';
import { type AdminOutboxOptions, adminOutboxRoutes } from './outbox';
import { type AdminReconciliationsOptions, adminReconciliationRoutes } from './reconciliations';

export type AdminRoutesOptions = AdminEventsOptions &
  AdminOutboxOptions &
  AdminLedgerOptions &
  AdminReconciliationsOptions;

/** What operators see and mend; every route asks for the scope `billing:admin`. */
export const adminRoutes: FastifyPluginAsyncTypebox<AdminRoutesOptions> = async (app, options) => {
  requireScope(app, 'billing:admin');
  await app.register(adminEventRoutes, options);
  await app.register(adminOutboxRoutes, options);
  await app.register(adminLedgerRoutes, options);
  await app.register(adminReconciliationRoutes, options);
};
