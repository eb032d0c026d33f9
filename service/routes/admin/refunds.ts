import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { refundPayment } from '../../administration/refund';
import type { Bookkeeper } from '../../bookkeeping/bookkeeper';
import type { DecisionSources } from '../../bookkeeping/handling-work';
import { Problem } from '../../errors';
import { amountMinor, reason } from '../../http/bodies';
import { keyedHeaders, requireIdempotencyKey } from '../../http/idempotency';
import { bodyProblems, problemsOf, stripeProblems } from '../../http/problem-details';
import type { Database } from '../../store/database';
import { adminProblems, dateTime, isoOf, logAction } from './conventions';

export interface AdminRefundsOptions extends DecisionSources {
  readonly database: Database;
  readonly bookkeeper: Bookkeeper;
  readonly processing: 'on' | 'paused';
  readonly nowMillis: () => number;
}

const refund = Type.Object(
  {
    refundId: Type.String({ description: "Stripe's refund, re_…" }),
    paymentId: Type.String(),
    amountMinor: Type.Integer({ description: 'What is refunded, in minor units of the currency.' }),
    currency: Type.String(),
    reason: Type.String(),
    requestedBy: Type.String({ description: 'The sub of the token that asked for it.' }),
    createdAt: dateTime('When it was asked for.'),
  },
  {
    title: 'Refund',
    description: 'Stripe has taken it; what the payment had granted is taken back in proportion.',
  },
);

/** Refunds that administrators ask for. */
export const adminRefundRoutes: FastifyPluginCallbackTypebox<AdminRefundsOptions> = (
  app,
  options,
  done,
) => {
  app.post(
    '/payments/:paymentId/refunds',
    {
      config: { asksStripe: true },
      preValidation: requireIdempotencyKey,
      schema: {
        tags: ['admin'],
        operationId: 'refundPayment',
        summary: 'Refund a payment, whole or in part',
        description:
          'An amount, all that is left of the payment (the default), or what the user has not ' +
          'used of what it granted. The refund is made at Stripe and booked at once. **The buyer ' +
          'reads the reason**, as the description in `GET /v1/account/transactions`.',
        params: Type.Object({
          paymentId: Type.String({ pattern: '^[\\x21-\\x7e]{1,255}$' }),
        }),
        headers: keyedHeaders,
        body: Type.Object(
          {
            amountMinor: Type.Optional(amountMinor('What to refund')),
            part: Type.Optional(
              Type.Enum(['rest', 'unused'], {
                description:
                  'rest: all that is left. unused: what is left of the balance that it granted. ' +
                  'Not with amountMinor. Default: rest.',
              }),
            ),
            reason,
          },
          {
            additionalProperties: false,
            title: 'NewRefund',
            examples: [{ part: 'unused', reason: 'refunded what you had not used' }],
          },
        ),
        response: {
          201: refund,
          ...problemsOf(
            ...bodyProblems,
            ...adminProblems,
            'idempotency_key_missing',
            'payment_not_found',
            'refund_exceeds_payment',
            'nothing_to_refund',
            'refund_rejected',
            'processing_paused',
            'row_locked',
            ...stripeProblems,
          ),
        },
      },
    },
    async (request, reply) => {
      const { amountMinor, part, reason } = request.body;
      if (amountMinor !== undefined && part !== undefined) {
        throw new Problem('validation_failed', 'the body has amountMinor and part; expected one');
      }
      if (options.processing === 'paused') {
        throw new Problem('processing_paused', 'PROCESSING is paused in this environment');
      }
      const made = await refundPayment(options, {
        refundRequestId: request.operationId,
        paymentId: request.params.paymentId,
        part: amountMinor === undefined ? (part ?? 'rest') : BigInt(amountMinor),
        reason,
        requestedBy: request.caller.userId,
      });
      const { refundId, paymentId } = made;
      logAction(request, 'refund', { refundId, paymentId });
      return reply.code(201).send({
        refundId,
        paymentId,
        amountMinor: Number(made.amountMinor),
        currency: made.currency,
        reason: made.reason,
        requestedBy: made.requestedBy,
        createdAt: isoOf(made.createdAt),
      });
    },
  );
  done();
};
