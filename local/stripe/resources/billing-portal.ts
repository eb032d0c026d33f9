import { recordEvent } from '../events/events';
import { listRoute } from '../http/listing';
import { type Call, type Resource, route } from '../http/routing';
import { openPortal, portalConfigurationKind, portalSessionKind } from '../models/billing/portal';
import { customerKind } from '../models/customers/customers';
import { missingParameter } from '../parameters/errors';
import { changedMetadata, metadata } from '../parameters/metadata';
import {
  boolean,
  nested,
  oneOf,
  type Parsed,
  required,
  text,
  unsettable,
  webUrl,
} from '../parameters/params';
import type { Scope } from '../state/account';
import { newId } from '../state/ids';
import type { PortalConfiguration, PortalSession } from '../state/stored';

const configurationShape = {
  business_profile: nested({
    headline: unsettable(text({ maxLength: 60 })),
    privacy_policy_url: webUrl(),
    terms_of_service_url: webUrl(),
  }),
  default_return_url: unsettable(webUrl()),
  features: required(
    nested({
      invoice_history: nested({ enabled: required(boolean()) }),
      subscription_cancel: nested({
        enabled: required(boolean()),
        mode: oneOf('at_period_end', 'immediately'),
      }),
    }),
  ),
  metadata: metadata(),
  name: unsettable(text()),
};

type ConfigurationParams = Parsed<typeof configurationShape>;

function createConfiguration(
  scope: Scope,
  params: ConfigurationParams,
  isDefault: boolean,
): PortalConfiguration {
  const created = scope.account.now();
  const { business_profile: profile = {} } = params;
  const configuration = scope.account.tables.of(portalConfigurationKind).put({
    id: newId('bpc', '1', 24),
    object: 'billing_portal.configuration',
    active: true,
    application: null,
    business_profile: {
      headline: profile.headline ?? null,
      privacy_policy_url: profile.privacy_policy_url ?? null,
      terms_of_service_url: profile.terms_of_service_url ?? null,
    },
    created,
    default_return_url: params.default_return_url ?? null,
    features: featuresOf(params),
    is_default: isDefault,
    livemode: false,
    login_page: { enabled: false, url: null },
    metadata: changedMetadata({}, params.metadata),
    name: params.name ?? null,
    updated: created,
  });
  recordEvent(scope, 'billing_portal.configuration.created', configuration);
  return configuration;
}

/** Of Stripe's features the local portal has two: what was invoiced, and cancelling. */
function featuresOf({ features }: ConfigurationParams): PortalConfiguration['features'] {
  const { invoice_history: history, subscription_cancel: cancel } = features;
  return {
    customer_update: { allowed_updates: [], enabled: false },
    invoice_history: { enabled: history?.enabled ?? false },
    payment_method_update: { enabled: false, payment_method_configuration: null },
    subscription_cancel: {
      cancellation_reason: { enabled: false, feedback_options: null, options: [] },
      enabled: cancel?.enabled ?? false,
      mode: cancel?.mode ?? 'at_period_end',
      proration_behavior: 'none',
    },
    subscription_pause: { duration: { interval_options: [], type: 'indefinite' }, enabled: false },
    subscription_update: {
      billing_cycle_anchor: null,
      default_allowed_updates: [],
      enabled: false,
      proration_behavior: 'none',
      schedule_at_period_end: { conditions: [] },
      trial_update_behavior: 'end_trial',
    },
  };
}

/** The account's own configuration, which the original has as soon as the dashboard saved one. */
function defaultConfiguration(scope: Scope): PortalConfiguration {
  const known = scope.account.tables
    .of(portalConfigurationKind)
    .oldestFirst()
    .find(({ is_default }) => is_default);
  const features = {
    invoice_history: { enabled: true },
    subscription_cancel: { enabled: true, mode: 'at_period_end' },
  } as const;
  return known ?? createConfiguration(scope, { features }, true);
}

const sessionShape = {
  configuration: text(),
  customer: text(),
  locale: text(),
  return_url: webUrl(),
};

function createSession(call: Call<typeof sessionShape>): PortalSession {
  const { account, params } = call;
  if (params.customer === undefined) throw missingParameter('customer');
  const customer = account.tables.of(customerKind).referencedBy('customer', params.customer);
  const configuration =
    params.configuration === undefined
      ? defaultConfiguration(call)
      : account.tables
          .of(portalConfigurationKind)
          .referencedBy('configuration', params.configuration);
  return openPortal(call, {
    configuration: configuration.id,
    customer: customer.id,
    returnUrl: params.return_url ?? configuration.default_return_url,
  });
}

/** https://docs.stripe.com/api/customer_portal */
export const portalConfigurations: Resource = {
  kind: portalConfigurationKind,
  routes: [
    route('POST', '/v1/billing_portal/configurations', configurationShape, (call) =>
      createConfiguration(call, call.params, false),
    ),
    route('GET', '/v1/billing_portal/configurations/:id', {}, ({ account, pathIds }) =>
      account.tables.of(portalConfigurationKind).get(pathIds('id')),
    ),
    listRoute(
      '/v1/billing_portal/configurations',
      portalConfigurationKind,
      { active: boolean(), is_default: boolean() },
      (filter) => (configuration) =>
        (filter.active === undefined || configuration.active === filter.active) &&
        (filter.is_default === undefined || configuration.is_default === filter.is_default),
    ),
  ],
};

export const portalSessions: Resource = {
  kind: portalSessionKind,
  routes: [route('POST', '/v1/billing_portal/sessions', sessionShape, createSession)],
};
