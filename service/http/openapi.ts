import { cloudEventSchema, messageMeanings, messageTypes } from '../messages/cloud-events';
import { type JsonObject, nameSchemas } from './named-schemas';
import { requestIdHeader } from './request-id';

/** What the description says beside the routes; for @fastify/swagger. */
export function openApiOptions(version: string) {
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Tollgate',
        description:
          'Stripe checkout and customer balances. Amounts are integers of minor units. Every ' +
          'answer that is not a success is an RFC 9457 problem with a stable code; every answer ' +
          'names its request in the header X-Request-Id.',
        version,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/', description: 'Where this description is.' }],
      tags: [
        { name: 'checkout', description: 'Selling: what is for sale, and sessions that sell it.' },
        { name: 'account', description: 'What a user has, how it came to be, and spending it.' },
        { name: 'holds', description: 'Amounts that are reserved until they are taken.' },
        { name: 'subscriptions', description: 'What a user subscribes to, and is entitled to.' },
        { name: 'admin', description: 'For people who operate it: the scope billing:admin.' },
        { name: 'webhook', description: 'Where Stripe delivers.' },
        { name: 'health', description: 'Whether it runs, and what.' },
        { name: 'events', description: 'What is published; it is sent to a topic.' },
      ],
      components: {
        securitySchemes: {
          bearer: { type: 'http' as const, scheme: 'bearer', bearerFormat: 'JWT' },
        },
      },
      security: [{ bearer: [] }],
    },
  };
}

/**
 * The description as tools expect it: what @fastify/swagger has collected, with its schemas named,
 * the events that are published, and the header that every answer has.
 */
export function completeDescription(collected: object): JsonObject {
  const plain = JSON.parse(JSON.stringify(collected)) as JsonObject;
  const { document, schemas } = nameSchemas({
    paths: withRequestIds(plain.paths as JsonObject),
    webhooks: { event: { post: publishing() } },
  });
  const components = plain.components as JsonObject;
  return { ...plain, ...document, components: { ...components, headers, schemas } };
}

const headers: JsonObject = {
  RequestId: { description: 'Names the request in the log.', schema: { type: 'string' } },
};

function withRequestIds(paths: JsonObject): JsonObject {
  const map = (value: JsonObject, change: (member: JsonObject) => JsonObject): JsonObject =>
    Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, change(member as JsonObject)]),
    );
  const header = { [requestIdHeader]: { $ref: '#/components/headers/RequestId' } };
  return map(paths, (operations) =>
    map(operations, (operation) => ({
      ...operation,
      responses: map(operation.responses as JsonObject, (response) => ({
        ...response,
        headers: { ...(response.headers as JsonObject | undefined), ...header },
      })),
    })),
  );
}

/** `balance.credited` as the name of a type. */
const nameOf = (type: string) =>
  type.replace(/(?:^|[._])([a-z])/g, (_all, letter: string) => letter.toUpperCase());

/** Every event as one that a subscriber is sent, told apart by its type. */
function publishing(): JsonObject {
  const events = messageTypes.map((type) => ({
    ...(JSON.parse(JSON.stringify(cloudEventSchema(type))) as JsonObject),
    title: nameOf(type),
  }));
  return {
    operationId: 'receiveEvent',
    tags: ['events'],
    summary: 'An event that is published',
    description:
      'A CloudEvent, published to the SNS topic of the environment at least once: drop the ids ' +
      'that you have seen. With raw message delivery it is the body; otherwise it is the text in ' +
      `Message. ${messageTypes.map((type) => `${type}: ${messageMeanings[type]}`).join(' ')}`,
    security: [],
    requestBody: {
      required: true,
      content: {
        'application/cloudevents+json': {
          schema: {
            title: 'BillingEvent',
            description: 'What has happened to a payment, a balance or a subscription.',
            oneOf: events,
            discriminator: {
              propertyName: 'type',
              mapping: Object.fromEntries(
                messageTypes.map((type) => [type, `#/components/schemas/${nameOf(type)}`]),
              ),
            },
          },
        },
      },
    },
    responses: {
      '2XX': { description: 'It is taken.' },
      '4XX': { description: 'It is not taken, and comes again.' },
    },
  };
}
