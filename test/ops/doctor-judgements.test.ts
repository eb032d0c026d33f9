import { isFailure } from '../../ops/aws/failed-tasks';
import { checkCatalogue } from '../../ops/doctor/catalogue';
import { judgeCertificate } from '../../ops/doctor/certificate';
import { judgeStack, stackHeadings } from '../../ops/doctor/stacks';
import { judgeEndpoint } from '../../ops/doctor/stripe';
import { handledEventTypes } from '../../service/handlers';
import { stripeApiVersion } from '../../service/stripe/client';

describe('O6: a stack', () => {
  const prod = { name: 'prod', isProduction: true };
  const judge = (status: string, isProtected = true) =>
    judgeStack(prod, {
      name: 'tollgate-prod-data',
      status,
      isProtected,
    });

  test.each([
    ['CREATE_COMPLETE', true, undefined],
    ['UPDATE_COMPLETE', true, undefined],
    ['UPDATE_IN_PROGRESS', null, stackHeadings.IN_PROGRESS],
    ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', null, stackHeadings.IN_PROGRESS],
    ['ROLLBACK_FAILED', false, stackHeadings.ROLLBACK_FAILED],
    ['UPDATE_ROLLBACK_FAILED', false, stackHeadings.UPDATE_ROLLBACK_FAILED],
    ['UPDATE_ROLLBACK_COMPLETE', false, 'The deploy that failed'],
    ['DELETE_IN_PROGRESS', false, stackHeadings.DELETE],
    ['DELETE_FAILED', false, stackHeadings.DELETE],
    ['SOMETHING_NEW', false, 'The deploy that failed'],
  ])('O6: in %s is %s, with its heading', (status, ok, heading) => {
    const finding = judge(status);
    expect(finding).toMatchObject({ ok, seen: `tollgate-prod-data: ${status}` });
    expect(finding.fix).toEqual(heading && expect.stringContaining(`"${heading}"`));
  });

  test('O6: of production that nothing keeps from being deleted is red', () => {
    expect(judge('UPDATE_COMPLETE', false)).toEqual({
      check: 'stack',
      ok: false,
      seen: 'tollgate-prod-data: UPDATE_COMPLETE, and not protected from deletion',
      fix: 'npm run deploy -- -c env=prod, which protects what stands',
    });
  });
});

test.each([
  ['current', null, 'v7 is sold', true],
  ['refused', 'v8', 'v7 is sold; v8 has faults', false],
  ['unreadable', null, 'v7 is sold; what is stored cannot be read', false],
] as const)('O6: a catalogue that is %s says what is sold', (status, refusedVersion, seen, ok) => {
  const finding = checkCatalogue({ version: 'v7', status, refusedVersion });
  const fix = 'docs/runbook.md, "The stored catalogue is not sold"';
  expect(finding).toEqual({ check: 'catalogue', ok, seen, ...(!ok && { fix }) });
});

test.each([
  ['TaskFailedToStart', 'CannotPullContainerError: not found', true],
  ['EssentialContainerExited', 'Essential container in task exited', true],
  ['ServiceSchedulerInitiated', 'Task failed ELB health checks in (target-group arn:…)', true],
  ['ServiceSchedulerInitiated', 'Task failed container health checks', true],
  ['ServiceSchedulerInitiated', 'Scaling activity initiated by (deployment ecs-svc/1)', false],
  ['SpotInterruption', 'Your Spot Task was interrupted.', false],
  ['TerminationNotice', 'Your Spot Task was interrupted.', false],
  ['UserInitiated', 'Task stopped by user', false],
  [undefined, 'Scaling activity initiated by (deployment ecs-svc/1)', false],
  [undefined, 'Essential container in task exited', true],
] as const)(
  'O6: a task that stopped by %s, "%s": a failure is %s',
  (stopCode, stoppedReason, is) => {
    expect(isFailure({ stopCode, stoppedReason })).toBe(is);
  },
);

describe('O6: a certificate', () => {
  const inDays = (days: number) => new Date(Date.now() + (days * 24 + 1) * 3_600_000);
  const issued = {
    DomainName: 'billing.shop.test',
    Status: 'ISSUED',
    NotAfter: inDays(90),
    RenewalEligibility: 'ELIGIBLE',
  } as const;
  const judge = (more: object, host = 'billing.shop.test') =>
    judgeCertificate({ ...issued, ...more }, host).map(({ ok, seen }) => `${ok} ${seen}`);

  test.each([
    [{}, /^true billing\.shop\.test, until .*, 90 days$/, /^true by ACM: ELIGIBLE$/],
    [{ NotAfter: inDays(20) }, /^false .* 20 days$/, /^true/],
    [{ NotAfter: inDays(21) }, /^true .* 21 days$/, /^true/],
    [{ Status: 'EXPIRED' }, /^false billing\.shop\.test: EXPIRED$/, /^true/],
    [{ DomainName: '*.shop.test' }, /^true/, /^true/],
    [{ DomainName: 'shop.test' }, /^false is for shop\.test, and not for billing/, /^true/],
    [{ DomainName: '*.other.test' }, /^false is for \*\.other\.test/, /^true/],
    [{ Type: 'IMPORTED' }, /^true/, /^null is imported: ACM does not renew it$/],
    [{ RenewalEligibility: 'INELIGIBLE' }, /^true/, /^false by ACM: INELIGIBLE$/],
    [
      { RenewalSummary: { RenewalStatus: 'PENDING_VALIDATION', RenewalStatusReason: 'CAA_ERROR' } },
      /^true/,
      /^false PENDING_VALIDATION CAA_ERROR$/,
    ],
    [{ RenewalSummary: { RenewalStatus: 'PENDING_AUTO_RENEWAL' } }, /^true/, /^true by ACM/],
  ])('O6: with %j', (more, validity, renewal) => {
    expect(judge(more)).toEqual([expect.stringMatching(validity), expect.stringMatching(renewal)]);
  });
});

describe('O6: an endpoint at Stripe', () => {
  const judge = (more: object) =>
    judgeEndpoint(
      { name: 'prod' },
      {
        id: 'we_1',
        api_version: stripeApiVersion,
        enabled_events: [...handledEventTypes],
        ...more,
      },
    );

  test('O6: that sends all events in the form of the code, or every event there is, is well', () => {
    expect(judge({})).toMatchObject({ ok: true });
    expect(judge({ enabled_events: ['*'] })).toMatchObject({ ok: true });
  });

  test('O6: that lacks an event, or is of another version, is red with what mends it', () => {
    const [first, ...others] = handledEventTypes;
    expect(judge({ enabled_events: others })).toMatchObject({
      ok: false,
      seen: `we_1 does not send ${first}`,
      fix: expect.stringMatching(/^Add the event types/),
    });
    expect(judge({ api_version: '2020-08-27' })).toMatchObject({
      ok: false,
      seen: `we_1 is of API version 2020-08-27, not ${stripeApiVersion}`,
      fix: expect.stringContaining('webhook rotate --env prod'),
    });
  });
});
