import { isUtf8 } from 'node:buffer';
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { metrics as metricNames } from '../contract';
import { Problem, type ProblemCode } from '../errors';
import { problemsOf } from '../http/problem-details';
import { BodyBudget, readBody } from '../http/read-body';
import type { Receiver } from '../inbox/receive';
import type { WebhookSecretUses } from '../inbox/webhook-secret-uses';
import type { Counter } from '../metrics';
import type { RotatingSecret } from '../secrets/rotating';
import { hintOfBody, hintOfHeaders } from '../stripe/delivery-hints';
import { parseEvent } from '../stripe/event';
import { checkSignatureHeader, verifySignature } from '../stripe/signature';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What @fastify/cors looks at: `false` on a route that no page is to ask. */
    cors?: false;
  }
}

interface WebhookRoutesOptions {
  readonly paths: readonly string[];
  readonly receiver: Receiver;
  readonly secrets: RotatingSecret;
  readonly secretUses: WebhookSecretUses;
  readonly counter: Counter;
  readonly mode: 'test' | 'live';
  readonly nowMillis: () => number;
}

const bodyLimitBytes = 1024 * 1024;
/** Of bodies whose signature is not verified yet: anybody can send them, over any number of connections. */
const unsignedBytesMax = 32 * 1024 * 1024;

/**
 * Where Stripe delivers. A 200 says that the event is recorded; anything else makes Stripe deliver
 * again: https://docs.stripe.com/webhooks#retries
 */
export const webhookRoutes: FastifyPluginCallbackTypebox<WebhookRoutesOptions> = (
  app,
  { paths, receiver, secrets, secretUses, counter, mode, nowMillis },
  done,
) => {
  // The signature is of the bytes: within this plugin a body is what arrived, parsed by us later.
  app.removeAllContentTypeParsers();
  const unsigned = new BodyBudget(unsignedBytesMax);
  app.addContentTypeParser('application/json', (request: FastifyRequest) =>
    readBody(request.raw, bodyLimitBytes, unsigned),
  );

  const verify = async (body: Buffer, header: string | undefined): Promise<void> => {
    const nowSeconds = Math.floor(nowMillis() / 1000);
    const verifyNow = () => verifySignature(body, header, secrets.current, nowSeconds);
    const place = await Promise.resolve()
      .then(verifyNow)
      .catch(async (error: unknown) => {
        const mayBeRotated = error instanceof Problem && error.code === 'stripe_signature_mismatch';
        if (!mayBeRotated || !(await secrets.refresh())) throw error;
        return verifyNow();
      });
    const used = secrets.inForce[place];
    if (used?.version === 'previous') counter.count(metricNames.previousSecretSignatures);
    secretUses.note(used?.value ?? '');
  };

  const counted = (error: unknown): unknown => {
    if (error instanceof Problem && error.status === 400) {
      counter.count(metricNames.webhooksRejected);
    }
    return error;
  };

  /** Before the body: what its header refuses, costs no memory. */
  const checkHeader = async ({ headers }: FastifyRequest): Promise<void> => {
    // Whatever its type: who checks by hand whether the path is right is told that it is.
    const signature = headers['stripe-signature'];
    try {
      checkSignatureHeader(String(signature ?? '') || undefined, Math.floor(nowMillis() / 1000));
    } catch (error) {
      throw counted(hinted(error, 'stripe_signature_missing', () => hintOfHeaders(headers)));
    }
  };

  const read = async (body: Buffer, header: string | undefined) => {
    try {
      await verify(body, header);
      return parseEvent(body, mode);
    } catch (error) {
      throw counted(hinted(error, 'stripe_signature_mismatch', () => hintOfBody(body, mode)));
    }
  };

  for (const [index, path] of paths.entries()) {
    app.post(
      path,
      {
        // Whoever made the endpoint in Stripe may have put a query behind its URL, and what is
        // signed is recorded.
        config: { ignoresQuery: true, cors: false },
        // Headers for browsers; Stripe reads the status alone.
        helmet: false,
        preParsing: checkHeader,
        // `checkHeader` has looked at the one header that counts, and the body is Stripe's.
        validatorCompiler: () => () => true,
        schema: {
          tags: ['webhook'],
          operationId: index === 0 ? 'receiveStripeEvent' : `receiveStripeEvent${index + 1}`,
          summary: 'Deliveries from Stripe',
          description:
            'The body is a Stripe event, signed in the Stripe-Signature header. Duplicates and event types that are not handled are answered with ' +
            '200 as well.',
          security: [],
          headers: Type.Object({ 'stripe-signature': Type.Optional(Type.String()) }),
          response: {
            200: Type.Object(
              {
                received: Type.Literal(true),
                status: Type.Enum(['processed', 'ignored', 'duplicate', 'pending', 'failed']),
              },
              { title: 'Receipt', description: 'The event is recorded; Stripe is done with it.' },
            ),
            ...problemsOf(
              'stripe_signature_missing',
              'stripe_signature_malformed',
              'stripe_signature_mismatch',
              'stripe_signature_expired',
              'stripe_signature_from_future',
              'stripe_event_malformed',
              'stripe_event_wrong_mode',
              'method_not_allowed',
              'body_too_large',
              'unsupported_media_type',
              'database_unavailable',
              'secrets_unavailable',
              'overloaded',
            ),
          },
        },
      },
      async (request) => {
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        const event = await read(body, request.headers['stripe-signature']);
        const receipt = await receiver.receive(event, 'webhook', isUtf8(body) ? body : undefined);
        const about = { eventId: event.id, eventType: event.type, status: receipt.status };
        if (receipt.status === 'failed') {
          request.log.error(
            { ...about, err: receipt.refusal },
            'event refused; nothing was credited',
          );
        } else {
          request.log.info(
            receipt.status === 'processed' ? { ...about, outcome: receipt.outcome } : about,
            'event received',
          );
        }
        return { received: true as const, status: receipt.status };
      },
    );

    app.route({
      method: ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
      url: path,
      config: { ignoresQuery: true, cors: false },
      schema: { hide: true },
      // Before the body is looked at: a method that is not allowed is not allowed with any body.
      onRequest: async (request, reply) => {
        void reply.header('allow', 'POST');
        throw new Problem('method_not_allowed', `${request.method} is not POST`);
      },
      handler: () => undefined,
    });
  }
  done();
};

/** The refusal with what the delivery may be instead. */
function hinted(error: unknown, code: ProblemCode, hint: () => string): unknown {
  if (!(error instanceof Problem) || error.code !== code) return error;
  return new Problem(code, error.detail + hint(), { cause: error });
}
