import { environmentVariables as variables } from '../../../service/contract';
import { faultsOfShop, shop } from '../shop-environment';
import {
  propertiesOf,
  type Resource,
  removeAssemblies,
  resourcesOf,
  synthesise,
  toHttps,
} from '../synthesis';

afterAll(removeAssemblies);

const source = 'aws.partner/stripe.com/ed_test_61abc';
const { data, service } = shop({ stripeEventSource: source }).templates;

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}
interface Policy {
  readonly PolicyDocument: { readonly Statement: readonly Statement[] };
  readonly Queues?: readonly [{ readonly Ref: string }];
}

/** The queues, by what they are for. */
const queues = resourcesOf(data, 'AWS::SQS::Queue');
const idOf = (isDeadLetters: boolean) => {
  const [id, ...more] = Object.keys(queues).filter(
    (each) => each.startsWith('StripeEventQueueDeadLetters') === isDeadLetters,
  );
  if (id === undefined || more.length > 0) throw new Error('expected one queue of each kind');
  return id;
};
const [queueId, deadLettersId] = [idOf(false), idOf(true)];

describe('I15: the second way in', () => {
  test('I15: nobody has it who does not ask for it', () => {
    const { templates } = synthesise({ env: 'prod', ...toHttps });
    const types = Object.values(templates).flatMap(({ Resources }) =>
      Object.values(Resources).map(({ Type }: Resource) => Type),
    );
    expect(types.filter((type) => /^AWS::(SQS|Events)::/.test(type))).toEqual([]);
    expect(JSON.stringify(templates)).not.toContain(variables.stripeEventQueueUrl);
  });

  test('I15: the bus takes the name of the partner event source, which is how the two are associated', () => {
    expect(propertiesOf(data, 'AWS::Events::EventBus')).toMatchObject({
      Name: source,
      EventSourceName: source,
    });
  });

  test('I15: a rule sends what Stripe sends, and that alone, to the queue', () => {
    const [busId] = Object.keys(resourcesOf(data, 'AWS::Events::EventBus'));
    expect(propertiesOf(data, 'AWS::Events::Rule')).toMatchObject({
      EventBusName: { Ref: busId },
      EventPattern: { source: [source] },
      State: 'ENABLED',
      Targets: [
        {
          Arn: { 'Fn::GetAtt': [queueId, 'Arn'] },
          DeadLetterConfig: { Arn: { 'Fn::GetAtt': [deadLettersId, 'Arn'] } },
          RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
        },
      ],
    });
  });

  test('I15: what is never finished goes to the dead-letter queue, and stays there longer than before', () => {
    const [queue, deadLetters] = [queueId, deadLettersId].map((id) => queues[id]?.Properties);
    expect(queue).toMatchObject({
      RedrivePolicy: {
        deadLetterTargetArn: { 'Fn::GetAtt': [deadLettersId, 'Arn'] },
        maxReceiveCount: 100,
      },
      VisibilityTimeout: 60,
    });
    expect(deadLetters).not.toHaveProperty('RedrivePolicy');
    expect(Number(deadLetters?.MessageRetentionPeriod)).toBeGreaterThan(
      Number(queue?.MessageRetentionPeriod),
    );
  });

  test('I15: both queues are encrypted, refuse requests without TLS, and outlive the stack', () => {
    expect(Object.keys(queues)).toHaveLength(2);
    const policies = Object.values(resourcesOf<Policy>(data, 'AWS::SQS::QueuePolicy'));
    for (const [id, { DeletionPolicy, Properties }] of Object.entries(queues)) {
      expect(Properties.SqsManagedSseEnabled).toBe(true);
      expect(DeletionPolicy).toBe('RetainExceptOnCreate');
      const own = policies.filter(({ Properties }) => Properties.Queues?.[0].Ref === id);
      const statements = own.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
      expect(statements).toContainEqual(
        expect.objectContaining({
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      );
    }
  });

  test('I15: EventBridge may send to them for this rule, and nobody else of another service', () => {
    const [ruleId] = Object.keys(resourcesOf(data, 'AWS::Events::Rule'));
    const allowed = Object.values(resourcesOf<Policy>(data, 'AWS::SQS::QueuePolicy'))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Effect }) => Effect === 'Allow');
    expect(allowed).toHaveLength(2);
    for (const { Action, Condition, Principal } of allowed) {
      expect([Action].flat()).toContain('sqs:SendMessage');
      expect(Principal).toEqual({ Service: 'events.amazonaws.com' });
      expect(Condition).toEqual({
        ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [ruleId, 'Arn'] } },
      });
    }
  });

  test('I15: the tasks are told both queues, may take from the one and put into the other', () => {
    const task = JSON.stringify(propertiesOf(service, 'AWS::ECS::TaskDefinition'));
    expect(task).toContain(`"Name":"${variables.stripeEventQueueUrl}"`);
    expect(task).toContain(`"Name":"${variables.stripeEventDeadLetterQueueUrl}"`);
    const granted = Object.values(resourcesOf<Policy>(service, 'AWS::IAM::Policy'))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Action }) => [Action].flat().some((action) => action.startsWith('sqs:')))
      .map(({ Action, Resource }) => [
        /QueueDeadLetters/.test(JSON.stringify(Resource)) ? 'dead letters' : 'queue',
        [Action].flat().map((action) => action.replace('sqs:', '')),
      ]);
    expect(Object.fromEntries(granted)).toEqual({
      queue: [
        'ChangeMessageVisibility',
        'DeleteMessage',
        'GetQueueAttributes',
        'GetQueueUrl',
        'ReceiveMessage',
      ],
      'dead letters': ['GetQueueAttributes', 'GetQueueUrl', 'SendMessage'],
    });
  });

  test('I15: the outputs name both queues', () => {
    expect(data.Outputs).toMatchObject({
      StripeEventQueueUrl: { Value: { Ref: queueId } },
      StripeEventDeadLetterQueueUrl: { Value: { Ref: deadLettersId } },
    });
  });

  test.each(['ed_test_61abc', 'aws.partner/other.com/1', 'aws.partner/stripe.com/'])(
    'I15: %s is no event source of Stripe’s, and refused',
    (stripeEventSource) => {
      expect(faultsOfShop({ stripeEventSource })).toEqual([
        expect.stringMatching(
          /stripeEventSource is .*; expected the name of a partner event source/,
        ),
      ]);
    },
  );
});
