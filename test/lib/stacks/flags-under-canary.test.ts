import { canary, emergencyFlip } from '../configuration/flag-examples';
import { answerTo } from '../load-balancer';
import { faultsOf, removeAssemblies, synthesise } from '../synthesis';
import { changesBetween, replacementsBetween } from '../template-changes';

afterAll(removeAssemblies);

const host = 'billing.shop.test';
const calm = synthesise(canary);

const byECS = 'forwarded as ECS weighs the target groups';
const targetGroups = [
  ['primary', 'forwarded'],
  ['alternate', 'forwarded to the alternate target group'],
] as const;

const maintenanceFlip = [
  'service: + HttpsEdgeMaintenance6F27FADF',
  'service: + HttpsEdgeOpenInMaintenance60DFCD1C',
  'service: output FlagsGiven',
  'service: output FlagsInForce',
];

describe('I2, I9: flags with rules, under a canary', () => {
  test.each([
    ['forceHttpForwarding', 'true', 'primary', emergencyFlip],
    ['forceHttpForwarding', 'true', 'alternate', emergencyFlip],
    ['maintenance', 'on', 'primary', maintenanceFlip],
    ['maintenance', 'on', 'alternate', maintenanceFlip],
  ])(
    'I2, I9: %s=%s for the %s target group does not touch the production rule, nor replace anything',
    (flag, value, canaryTargetGroup, flip) => {
      const given = synthesise({ ...canary, [flag]: value, canaryTargetGroup });
      expect(changesBetween(calm, given)).toEqual(flip);
      const back = flip.map((line) => line.replace(': + ', ': - ')).sort();
      expect(changesBetween(given, calm)).toEqual(back);
      expect([...replacementsBetween(calm, given), ...replacementsBetween(given, calm)]).toEqual(
        [],
      );
    },
  );

  test.each(targetGroups)(
    'I2: port 80 forwards webhooks and health to the target group that has the tasks: %s',
    (canaryTargetGroup, answer) => {
      const { report, templates } = synthesise({
        ...canary,
        forceHttpForwarding: 'true',
        canaryTargetGroup,
      });
      const answers = ['/webhooks/stripe', '/health', '/v1/account'].map((path) =>
        answerTo(templates.service, { port: 80, host, path }),
      );
      expect(answers).toEqual([answer, answer, 'redirected to HTTPS:443 by HTTP_302']);
      const https = answerTo(templates.service, { port: 443, host, path: '/webhooks/stripe' });
      expect(https).toBe(byECS);
      expect(report).toMatch(/WARNING: canaryTargetGroup=.* deploy nothing that begins one/);
    },
  );

  test.each(targetGroups)(
    'I9: maintenance keeps webhooks and health open at the target group that has the tasks: %s',
    (canaryTargetGroup, answer) => {
      const { service } = synthesise({ ...canary, maintenance: 'on', canaryTargetGroup }).templates;
      const answers = ['/webhooks/stripe', '/health', '/v1/account'].map((path) =>
        answerTo(service, { port: 443, host, path }),
      );
      expect(answers).toEqual([answer, answer, 'answered 503 maintenance']);
    },
  );

  test.each(['maintenance=on', 'forceHttpForwarding=true'])(
    'I9: %s must be told which target group has the requests',
    (assignment) => {
      const [name = '', value = ''] = assignment.split('=');
      expect(faultsOf({ ...canary, [name]: value })).toEqual([
        `${assignment} under deployment: 'canary' must know which target group has the requests now; ` +
          'look as docs/operating.md, "Flags under a canary", says, and give -c ' +
          'canaryTargetGroup=primary or -c canaryTargetGroup=alternate',
      ]);
    },
  );

  test('I9: stripeIpsOnly, which stays for months, is refused: each canary would turn webhooks away', () => {
    expect(
      faultsOf({ ...canary, stripeIpsOnly: 'true', canaryTargetGroup: 'primary' }),
    ).toContainEqual(
      "stripeIpsOnly=true contradicts deployment: 'canary', whose canaries move the tasks away from " +
        "where its rules forward to; set deployment to 'rolling' in the environment file, deploy, " +
        'and give the flag then. docs/operating.md, "Going back from a canary", says what to look at ' +
        'first',
    );
  });

  test('I13: a target group that no rule would forward to is refused', () => {
    expect(faultsOf({ ...canary, canaryTargetGroup: 'primary' })).toEqual([
      'canaryTargetGroup changes nothing without forceHttpForwarding=true or maintenance=on; deploy ' +
        'without it',
    ]);
    const rolling = { env: 'staging', maintenance: 'on', dnsDelegated: 'true', enableAcm: 'true' };
    expect(faultsOf({ ...rolling, canaryTargetGroup: 'alternate' })).toEqual([
      'canaryTargetGroup changes nothing where the tasks are in one target group at all times; give ' +
        "it under deployment: 'canary' alone",
    ]);
  });
});
