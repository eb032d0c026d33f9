import { createConfig, lintFromString } from '@redocly/openapi-core';
import { readOpenApi } from '../../../docs/generate/api';
import { nameSchemas } from '../../../service/http/named-schemas';
import { messageTypes } from '../../../service/messages/cloud-events';

interface Operation {
  readonly operationId?: string;
  readonly tags?: readonly string[];
  readonly requestBody?: Described;
  readonly responses: Readonly<Record<string, Described>>;
}

interface Described {
  readonly headers?: object;
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}

interface Description {
  readonly servers: readonly object[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, { readonly enum?: readonly string[] }>>;
  };
}

let description: Description;
let operations: readonly Operation[];

beforeAll(async () => {
  description = (await readOpenApi()) as unknown as Description;
  operations = Object.values(description.paths).flatMap((each) => Object.values(each));
});

test('L5: a linter finds nothing in /openapi.json, and its examples are what they are examples of', async () => {
  const config = await createConfig({
    extends: ['recommended-strict'],
    rules: {
      'no-invalid-media-type-examples': 'error',
      'no-invalid-schema-examples': 'error',
      'operation-operationId': 'error',
      'tag-description': 'error',
    },
  });
  const source = JSON.stringify(description);
  const problems = await lintFromString({ source, absoluteRef: '/openapi.json', config });
  expect(problems.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
});

test('L5: every operation has an id of its own, a tag that is described, and named schemas', () => {
  const ids = operations.map(({ operationId = '' }) => operationId);
  expect(new Set(ids).size).toBe(operations.length);
  for (const id of ids) expect(id).toMatch(/^[a-z][A-Za-z0-9]+$/);
  const tags = description.tags.map(({ name }) => name);
  for (const { tags: [tag] = [] } of operations) expect(tags).toContain(tag);
  const bodies = operations.flatMap(({ requestBody, responses }) =>
    [requestBody, ...Object.values(responses)].flatMap((each) =>
      Object.values(each?.content ?? {}),
    ),
  );
  expect(bodies.length).toBeGreaterThan(100);
  const unnamed = bodies.filter(({ schema }) => !('$ref' in schema) && !isEmpty(schema));
  expect(unnamed).toEqual([]);
});

/** The body of a route that takes none but an empty one. */
const isEmpty = (schema: { readonly properties?: object }) =>
  Object.keys(schema.properties ?? {}).length === 0;

test('L5: every answer names its request, and every problem has a code of the list', () => {
  for (const { responses } of operations) {
    for (const { headers } of Object.values(responses)) {
      expect(headers).toHaveProperty('x-request-id');
    }
  }
  const { schemas } = description.components;
  expect(schemas.ProblemCode?.enum).toEqual(expect.arrayContaining(['insufficient_funds']));
  expect(schemas.TransferReason?.enum).toEqual(expect.arrayContaining(['topup', 'reversal']));
});

test('L5: every message that is published has its schema', () => {
  const { schemas } = description.components;
  expect(Object.keys(schemas)).toEqual(
    expect.arrayContaining(['BalanceCredited', 'PaymentActionRequired', 'SubscriptionTrialEnding']),
  );
  expect(JSON.stringify(schemas.BillingEvent)).toContain('balance.credited');
  expect(messageTypes.length).toBeGreaterThan(20);
});

test('L5: two schemas of one name are refused, unless only their words differ', () => {
  const balance = { title: 'Balance', type: 'object' };
  const named = nameSchemas({ a: balance, b: { ...balance, description: 'What is left.' } });
  expect(named).toEqual({
    document: {
      a: { $ref: '#/components/schemas/Balance' },
      b: { $ref: '#/components/schemas/Balance' },
    },
    schemas: { Balance: balance },
  });
  expect(() => nameSchemas({ a: balance, b: { title: 'Balance', type: 'string' } })).toThrow(
    'two different schemas are called Balance',
  );
});
