import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { requireScope } from '../../http/caller';
import type { TraceOptions } from '../../reconciliation/trace';
import { type AdminAdjustmentsOptions, adminAdjustmentRoutes } from './adjustments';
import { type AdminEventsOptions, adminEventRoutes } from './events';
import { type AdminLedgerOptions, adminLedgerRoutes } from './ledger';
import { type AdminOutboxOptions, adminOutboxRoutes } from './outbox';
import { type AdminOverviewOptions, adminOverviewRoutes } from './overview';
import { type AdminReconciliationsOptions, adminReconciliationRoutes } from './reconciliations';
import { type AdminRefundsOptions, adminRefundRoutes } from './refunds';
import { adminTraceRoutes } from './trace';
import { type AdminWebhookSecretsOptions, adminWebhookSecretRoutes } from './webhook-secrets';

/** What each of its parts takes. */
interface AdminRoutesOptions {
  readonly overview: AdminOverviewOptions;
  readonly events: AdminEventsOptions;
  readonly outbox: AdminOutboxOptions;
  readonly ledger: AdminLedgerOptions;
  readonly adjustments: AdminAdjustmentsOptions;
  readonly refunds: AdminRefundsOptions;
  readonly reconciliations: AdminReconciliationsOptions;
  readonly webhookSecrets: AdminWebhookSecretsOptions;
  readonly trace: TraceOptions;
}

/** What operators see and mend; every route asks for the scope `billing:admin`. */
export const adminRoutes: FastifyPluginAsyncTypebox<AdminRoutesOptions> = async (app, parts) => {
  requireScope(app, 'billing:admin');
  await app.register(adminOverviewRoutes, parts.overview);
  await app.register(adminEventRoutes, parts.events);
  await app.register(adminOutboxRoutes, parts.outbox);
  await app.register(adminLedgerRoutes, parts.ledger);
  await app.register(adminAdjustmentRoutes, parts.adjustments);
  await app.register(adminRefundRoutes, parts.refunds);
  await app.register(adminReconciliationRoutes, parts.reconciliations);
  await app.register(adminWebhookSecretRoutes, parts.webhookSecrets);
  await app.register(adminTraceRoutes, parts.trace);
};
