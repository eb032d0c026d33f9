import { text } from '../../parameters/params';
import type { Dispute } from '../../state/stored';

/** What a seller may say in a dispute: https://docs.stripe.com/api/disputes/evidence_object */
export const evidenceShape = {
  access_activity_log: text({ maxLength: 20_000 }),
  billing_address: text(),
  cancellation_policy: text(),
  cancellation_policy_disclosure: text({ maxLength: 20_000 }),
  cancellation_rebuttal: text({ maxLength: 20_000 }),
  customer_communication: text(),
  customer_email_address: text(),
  customer_name: text(),
  customer_purchase_ip: text(),
  customer_signature: text(),
  duplicate_charge_documentation: text(),
  duplicate_charge_explanation: text({ maxLength: 20_000 }),
  duplicate_charge_id: text(),
  product_description: text({ maxLength: 20_000 }),
  receipt: text(),
  refund_policy: text(),
  refund_policy_disclosure: text({ maxLength: 20_000 }),
  refund_refusal_explanation: text({ maxLength: 20_000 }),
  service_date: text(),
  service_documentation: text(),
  shipping_address: text(),
  shipping_carrier: text(),
  shipping_date: text(),
  shipping_documentation: text(),
  shipping_tracking_number: text(),
  uncategorized_file: text(),
  uncategorized_text: text({ maxLength: 20_000 }),
};

type EvidenceKey = keyof typeof evidenceShape;

const nothingSaid = Object.fromEntries(
  Object.keys(evidenceShape).map((key) => [key, null]),
) as Record<EvidenceKey, null>; // Object.fromEntries forgets the keys.

export const emptyEvidence: Dispute['evidence'] = { ...nothingSaid, enhanced_evidence: {} };

/** The texts by which a test ends a dispute: https://docs.stripe.com/testing#evidence */
export const decisiveTexts = {
  escalate: 'escalate_inquiry_evidence',
  lose: 'losing_evidence',
  win: 'winning_evidence',
} as const;
