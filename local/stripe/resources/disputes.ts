import { recordEvent } from '../events/events';
import { listRoute } from '../http/listing';
import { type Call, type Resource, route } from '../http/routing';
import { decisiveTexts, evidenceShape } from '../models/payments/dispute-evidence';
import {
  assertNotClosed,
  disputeKind,
  escalateDispute,
  loseDispute,
  winDispute,
} from '../models/payments/disputes';
import { changedMetadata, metadata } from '../parameters/metadata';
import { boolean, givenMembers, nested, text } from '../parameters/params';
import type { Dispute } from '../state/stored';

const updateShape = {
  evidence: nested(evidenceShape),
  metadata: metadata(),
  submit: boolean(),
};

function update(call: Call<typeof updateShape>): Dispute {
  const { evidence, metadata: metadataChange, submit = true } = call.params;
  const table = call.account.tables.of(disputeKind);
  const before = table.get(call.pathIds('id'));
  assertNotClosed(before);
  const staged = table.update(before.id, {
    metadata: changedMetadata(before.metadata, metadataChange),
    ...(evidence && {
      evidence: { ...before.evidence, ...givenMembers(evidence) },
      evidence_details: { ...before.evidence_details, has_evidence: true },
    }),
  });
  const submitted = evidence && submit ? submitEvidence(call, staged) : staged;
  recordEvent(call, 'charge.dispute.updated', submitted, before);
  return evidence && submit ? decided(call, submitted) : submitted;
}

function submitEvidence({ account }: Call<typeof updateShape>, dispute: Dispute): Dispute {
  const isInquiry = dispute.status.startsWith('warning_');
  return account.tables.of(disputeKind).update(dispute.id, {
    evidence_details: {
      ...dispute.evidence_details,
      submission_count: dispute.evidence_details.submission_count + 1,
      submission_method: 'manual',
    },
    status: isInquiry ? 'warning_under_review' : 'under_review',
  });
}

/** The bank's decision, if the evidence is one of the texts that bring it about at once. */
function decided(call: Call<typeof updateShape>, dispute: Dispute): Dispute {
  switch (dispute.evidence.uncategorized_text) {
    case decisiveTexts.win:
      return winDispute(call, dispute);
    case decisiveTexts.lose:
      return loseDispute(call, dispute);
    case decisiveTexts.escalate:
      return escalateDispute(call, dispute);
    default:
      return dispute;
  }
}

/** https://docs.stripe.com/api/disputes */
export const disputes: Resource = {
  kind: disputeKind,
  routes: [
    route('GET', '/v1/disputes/:id', {}, ({ account, pathIds }) =>
      account.tables.of(disputeKind).get(pathIds('id')),
    ),

    route('POST', '/v1/disputes/:id', updateShape, update),

    route('POST', '/v1/disputes/:id/close', {}, (call) =>
      loseDispute(call, call.account.tables.of(disputeKind).get(call.pathIds('id'))),
    ),

    listRoute(
      '/v1/disputes',
      disputeKind,
      { charge: text(), payment_intent: text() },
      (filter) => (dispute) =>
        (filter.charge === undefined || dispute.charge === filter.charge) &&
        (filter.payment_intent === undefined || dispute.payment_intent === filter.payment_intent),
    ),
  ],
};
