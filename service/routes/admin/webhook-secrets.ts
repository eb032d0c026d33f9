import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { orNull } from '../../http/bodies';
import { problemsOf } from '../../http/problem-details';
import type { WebhookSecretUses } from '../../inbox/webhook-secret-uses';
import type { RotatingSecret } from '../../secrets/rotating';
import { adminProblems, dateTime, isoOrNull } from './conventions';

export interface AdminWebhookSecretsOptions {
  readonly webhookSecrets: RotatingSecret;
  readonly secretUses: WebhookSecretUses;
}

const rotation = Type.Object(
  {
    state: Type.Enum(['single', 'rotating', 'previous_may_be_dropped'], {
      description:
        'single: no previous secret is in force. rotating: wait. previous_may_be_dropped: the ' +
        'current one has verified deliveries for an hour, and none in that hour needed the ' +
        "previous one; it can be expired in Stripe's dashboard.",
    }),
    secrets: Type.Array(
      Type.Object({
        version: Type.Enum(['current', 'previous'], {
          description: 'With SECRETS_VERSION=previous the two have changed places.',
        }),
        fingerprint: Type.String({ description: 'Tells secrets apart, and nothing of them.' }),
        firstVerifiedAt: orNull(dateTime('When it verified a delivery first; null: never yet.')),
        lastVerifiedAt: orNull(dateTime('When it did so last, to a minute.')),
      }),
      { description: 'Those that verify deliveries now; empty while none is configured.' },
    ),
  },
  {
    title: 'SecretRotation',
    description: 'How far the rotation of the webhook secret has got, over all tasks.',
  },
);

/** Which webhook secrets verify deliveries, and whether the previous one is still needed. */
export const adminWebhookSecretRoutes: FastifyPluginCallbackTypebox<AdminWebhookSecretsOptions> = (
  app,
  { webhookSecrets, secretUses },
  done,
) => {
  app.get(
    '/webhook-secrets',
    {
      schema: {
        tags: ['admin'],
        operationId: 'getWebhookSecrets',
        summary: 'Whether the previous webhook secret may be dropped',
        description: 'Asks Secrets Manager for the versions in force, once in 5 seconds at most.',
        response: { 200: rotation, ...problemsOf(...adminProblems, 'secrets_unavailable') },
      },
    },
    async () => {
      // This task may still hold what it was started with: it looks only when a signature matches none.
      await webhookSecrets.refresh();
      const { state, secrets } = await secretUses.rotation();
      return {
        state,
        secrets: secrets.map(({ firstVerifiedAt, lastVerifiedAt, ...secret }) => ({
          ...secret,
          firstVerifiedAt: isoOrNull(firstVerifiedAt),
          lastVerifiedAt: isoOrNull(lastVerifiedAt),
        })),
      };
    },
  );
  done();
};
