/** Written by docs/generate/client.ts from /openapi.json; a test holds it to that. */

export interface paths {
    readonly "/health": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Liveness: the process serves
         * @description Asks nothing of the database: a blip of it must not stop every task at once.
         */
        readonly get: operations["getHealth"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/started": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Started: the database was reached and migrated
         * @description Once 200, it stays: a deployment waits for it, and a database that goes away later stops no task.
         */
        readonly get: operations["getStart"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/ready": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Readiness: the database and the secrets are there */
        readonly get: operations["getReadiness"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/version": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Which version runs */
        readonly get: operations["getVersion"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/webhooks/stripe": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Deliveries from Stripe
         * @description The body is a Stripe event, signed in the Stripe-Signature header. Duplicates and event types that are not handled are answered with 200 as well.
         */
        readonly post: operations["receiveStripeEvent"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/checkout/sessions": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Begin a checkout
         * @description Of a top-up, a package of credits, a price or an item. Send an Idempotency-Key, and a request whose answer was lost can be repeated without a second session. Once that has expired unpaid (expiresAt, a day unless Stripe says otherwise), the same key is answered with 409 checkout_session_expired and the member sessionId.
         */
        readonly post: operations["createCheckoutSession"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/checkout/sessions/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * What has become of a checkout session
         * @description Asks Stripe while the session is not paid, once a second at most, and credits at once if it is: a buyer who comes back before the webhook does finds the balance credited.
         */
        readonly get: operations["getCheckoutSession"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/catalogue": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** What is for sale */
        readonly get: operations["getCatalogue"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/account": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The user's balances */
        readonly get: operations["getAccount"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/account/transactions": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * What has changed the user's balances
         * @description Page by page, newest first. Nothing comes twice, and what was there when the first page was read comes once; what is added meanwhile is found by beginning again.
         */
        readonly get: operations["listTransactions"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/account/purchases": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * What the user has bought and paid
         * @description Newest first, page by page. With a reference, it answers whether the user has it: look for one that is paid, and not refunded.
         */
        readonly get: operations["listPurchases"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/account/spend": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Spend from the user's balance
         * @description Takes all of the amount or nothing. The answer 409 insufficient_funds has the members unit and availableMinor; it keeps no key, so that the same request may be repeated after a top-up.
         */
        readonly post: operations["spend"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/account/holds": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The user's holds, newest first */
        readonly get: operations["listHolds"];
        readonly put?: never;
        /**
         * Reserve an amount of the user's balance
         * @description What is held cannot be spent otherwise, until it is captured or released, or expires.
         */
        readonly post: operations["placeHold"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/account/holds/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** A hold */
        readonly get: operations["getHold"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/account/holds/{id}/capture": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Take what is held, or a part of it
         * @description The rest goes back to the balance. To capture the same again changes nothing. A hold that was placed with the scope accounts:write is ended with that scope alone, any other one also by who placed it.
         */
        readonly post: operations["captureHold"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/account/holds/{id}/release": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Give back what is held
         * @description To release what was released or has expired changes nothing. A hold that was placed with the scope accounts:write is ended with that scope alone, any other one also by who placed it.
         */
        readonly post: operations["releaseHold"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/admin/overview": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** What waits, what came in last, and what has been credited */
        readonly get: operations["getOverview"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/admin/events": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Events that came in, the last received first
         * @description With about or ofUser payloads are searched, which may take longer than a request waits for: a page may then have fewer events than its limit, or none, and a nextCursor to go on by. Payloads are kept for 30 days after the event was handled.
         */
        readonly get: operations["listEvents"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/admin/events/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** One event, with its payload while it is kept */
        readonly get: operations["getEvent"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/admin/events/{id}/replay": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Handle an event again
         * @description By the handlers and under the locks of its first time, whatever became of it then. What it did already is not done twice. With dryRun=true the effects are shown as they would be now, and nothing is applied.
         */
        readonly post: operations["replayEvent"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/admin/outbox": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Messages that wait, or that were set aside, the oldest first */
        readonly get: operations["listOutbox"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/admin/outbox/{position}/retry": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Publish a message that was set aside
         * @description It waits again like a new one. Later messages of its user may have been published before it.
         */
        readonly post: operations["retryMessage"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/admin/users/{userId}/ledger": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Everything that the ledger knows of a user */
        readonly get: operations["getUserLedger"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/admin/customers/{customerId}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * The user whose Stripe customer this is
         * @description The other way, the ledger of a user names the customer.
         */
        readonly get: operations["getCustomer"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/admin/trial-balance": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Add the whole ledger up
         * @description Reads one snapshot in many short statements, so that it blocks nobody. It takes some 5 seconds for a million transfers; a ledger that takes longer than 50 s is checked by the nightly reconciliation of objects.
         */
        readonly get: operations["getTrialBalance"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/admin/users/{userId}/adjustments": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Give a user something, or correct what the user has
         * @description Posted at once (201), or recorded until a second person approves it (202): where what one administrator moves alone within 24 hours would be more than ADJUSTMENT_APPROVAL_ABOVE allows of its unit.
         */
        readonly post: operations["adjustBalance"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/admin/adjustments/{id}/approve": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Approve an adjustment that somebody else asked for */
        readonly post: operations["approveAdjustment"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/admin/adjustments/{id}/decline": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Decline an adjustment, or withdraw one of your own */
        readonly post: operations["declineAdjustment"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/admin/adjustments": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Adjustments, newest first */
        readonly get: operations["listAdjustments"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/admin/payments/{paymentId}/refunds": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Refund a payment, whole or in part
         * @description An amount, all that is left of the payment (the default), or what the user has not used of what it granted. The refund is made at Stripe and booked at once. **The buyer reads the reason**, as the description in `GET /v1/account/transactions`.
         */
        readonly post: operations["refundPayment"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/admin/reconciliations": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The last runs, the newest first */
        readonly get: operations["listReconciliations"];
        readonly put?: never;
        /**
         * Reconcile with Stripe now
         * @description Without since and until it is the regular run. With either, everything of that time is looked at: of events also those that Stripe counts as delivered. A run that takes longer than 20 s is answered 202 and goes on.
         */
        readonly post: operations["startReconciliation"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/admin/reconciliations/{runId}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** What a run has found */
        readonly get: operations["getReconciliation"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/admin/webhook-secrets": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Whether the previous webhook secret may be dropped
         * @description Asks Secrets Manager for the versions in force, once in 5 seconds at most.
         */
        readonly get: operations["getWebhookSecrets"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/admin/trace/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Follow a payment from Stripe to what was published
         * @description The id of an object of Stripe’s (pi_…, cs_…, ch_…, re_…, du_…, in_…, sub_…, cus_…), of an event (evt_…), or a user. What Stripe has is compared with what is booked, and nothing is changed.
         */
        readonly get: operations["trace"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/subscriptions": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * The current subscriptions of a user
         * @description As Stripe last described them; an event of Stripe brings them up to date.
         */
        readonly get: operations["listSubscriptions"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/entitlements": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** What a user is entitled to by subscription */
        readonly get: operations["listEntitlements"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/portal/sessions": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Open Stripe's customer portal to a user
         * @description Has no effect that could be repeated: ask without an Idempotency-Key, whose answer would be the URL of before, which may not be valid any more.
         */
        readonly post: operations["createPortalSession"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
}
export interface webhooks {
    readonly event: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * An event that is published
         * @description A CloudEvent, published to the SNS topic of the environment at least once: drop the ids that you have seen. With raw message delivery it is the body; otherwise it is the text in Message. checkout.completed: A checkout was paid, and what it sold has been granted. checkout.expired: A checkout was not paid in time and cannot be paid any more. checkout.payment_failed: A delayed payment of a completed checkout did not arrive. balance.credited: Something was added to a user's balance. balance.debited: A user spent something. balance.adjusted: An administrator gave a user something, or corrected what the user has. hold.placed: An amount of a user's balance was reserved. hold.captured: A reserved amount, or a part of it, was taken for good. hold.released: A reserved amount went back to the balance. hold.expired: A reserved amount went back to the balance because its time was over. balance.reversed: What a payment had granted was taken back: it was refunded or disputed. balance.restored: What had been taken back was given again: a dispute won, a refund failed. dispute.opened: A buyer disputed a payment with their bank, or inquired about it. dispute.updated: A dispute has another status, or its money has moved. dispute.closed: A dispute was decided. payment.successful: A payment succeeded, whatever began it. payment.failed: An attempt to pay failed; the payment may still succeed. payment.action_required: The buyer has to do something, such as authenticate the card. payment.canceled: A payment was given up and will not succeed any more. payment.refunded: The refunded total of a payment is another one. subscription.created: A subscription is there; its status says whether it runs yet. subscription.updated: Something that this message tells of a subscription has changed. subscription.canceled: A subscription has ended because somebody ended it. subscription.expired: A subscription has ended because it was not paid, or disputed. subscription.trial_ending: A trial ends in three days. invoice.paid: An invoice was paid; what its lines grant has been granted. invoice.payment_failed: An attempt to pay an invoice failed; Stripe may try again. invoice.payment_action_required: The buyer has to authenticate the payment of an invoice.
         */
        readonly post: operations["receiveEvent"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
}
export interface components {
    schemas: {
        /**
         * Account
         * @description What the user has.
         */
        readonly Account: {
            /** @description The user: the sub of the token, or who was named. */
            readonly userId: string;
            /** @description A row per unit that was ever credited; a new user has none. */
            readonly balances: readonly components["schemas"]["Balance"][];
        };
        /** Adjustment */
        readonly Adjustment: {
            /** @description Names it, in the ledger and in the transactions. */
            readonly adjustmentId: string;
            readonly userId: string;
            /** @enum {string} */
            readonly kind: "grant" | "correction";
            /** @description A currency, lower case, or "credits". */
            readonly unit: string;
            /** @description What the balance changes by, in minor units. */
            readonly amountMinor: number;
            readonly reason: string;
            /**
             * @description pending: waits for a second person.
             * @enum {string}
             */
            readonly status: "pending" | "posted" | "declined";
            /** @description The sub of the token that asked for it. */
            readonly requestedBy: string;
            readonly decidedBy: string | null;
            /**
             * Format: date-time
             * @description When it was asked for.
             */
            readonly createdAt: string;
            readonly decidedAt: string | null;
        };
        /**
         * AdjustmentPage
         * @description A page of adjustments.
         */
        readonly AdjustmentPage: {
            readonly adjustments: readonly components["schemas"]["Adjustment"][];
            /** @description Where the next page begins; null after the last one. */
            readonly nextCursor: string | null;
        };
        /** Balance */
        readonly Balance: {
            /** @description A currency, lower case, or "credits". */
            readonly unit: string;
            /** @description What can be spent, in minor units of the unit; what is held is not in it. A reversal may make it negative. */
            readonly amountMinor: number;
        };
        /**
         * BalanceAdjusted
         * @description An administrator gave a user something, or corrected what the user has.
         */
        readonly BalanceAdjusted: {
            /** @constant */
            readonly specversion: "1.0";
            /**
             * Format: uuid
             * @description The same whenever the message is delivered again: drop those you have seen.
             */
            readonly id: string;
            /** @description The origin of PUBLIC_BASE_URL. */
            readonly source: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "balance.adjusted";
            /** @description The user, if it is about one. */
            readonly subject?: string;
            /**
             * Format: date-time
             * @description When it happened here.
             */
            readonly time: string;
            /** @constant */
            readonly datacontenttype: "application/json";
            readonly data: {
                /** @description The user of the host application; null when it is nobody of ours. */
                readonly userId: string | null;
                /** @description A currency, lower case, or "credits". */
                readonly unit: string;
                /** @description What the balance changed by, in minor units: negative for what was taken. */
                readonly amountMinor: number;
                /** @enum {string} */
                readonly kind: "grant" | "correction";
                /** @description As the administrator gave it. */
                readonly reason: string;
                /** @description Names the adjustment, as its answer did. */
                readonly adjustmentId: string;
                /** @description The administrator: the sub of the token. */
                readonly requestedBy: string;
                readonly approvedBy: string | null;
            };
        };
        /**
         * BalanceCredited
         * @description Something was added to a user's balance.
         */
        readonly BalanceCredited: {
            /** @constant */
            readonly specversion: "1.0";
            /**
             * Format: uuid
             * @description The same whenever the message is delivered again: drop those you have seen.
             */
            readonly id: string;
            /** @description The origin of PUBLIC_BASE_URL. */
            readonly source: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "balance.credited";
            /** @description The user, if it is about one. */
            readonly subject?: string;
            /**
             * Format: date-time
             * @description When it happened here.
             */
            readonly time: string;
            /** @constant */
            readonly datacontenttype: "application/json";
            readonly data: {
                /** @description The user of the host application; null when it is nobody of ours. */
                readonly userId: string | null;
                /** @description A currency, lower case, or "credits". */
                readonly unit: string;
                /** @description What was added, in minor units. */
                readonly amountMinor: number;
                /** @description Why: topup, package, purchase, subscription. */
                readonly reason: string;
                readonly sessionId: string | null;
                readonly invoiceId: string | null;
                readonly paymentId: string | null;
            };
        };
        /**
         * BalanceDebited
         * @description A user spent something.
         */
        readonly BalanceDebited: {
            /** @constant */
            readonly specversion: "1.0";
            /**
             * Format: uuid
             * @description The same whenever the message is delivered again: drop those you have seen.
             */
            readonly id: string;
            /** @description The origin of PUBLIC_BASE_URL. */
            readonly source: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "balance.debited";
            /** @description The user, if it is about one. */
            readonly subject?: string;
            /**
             * Format: date-time
             * @description When it happened here.
             */
            readonly time: string;
            /** @constant */
            readonly datacontenttype: "application/json";
            readonly data: {
                /** @description The user of the host application; null when it is nobody of ours. */
                readonly userId: string | null;
                /** @description A currency, lower case, or "credits". */
                readonly unit: string;
                /** @description What was taken, in minor units. */
                readonly amountMinor: number;
                /** @description As the caller gave it. */
                readonly reason: string;
                /** @description Names the spend, as its answer did. */
                readonly spendId: string;
            };
        };
        /**
         * BalanceRestored
         * @description What had been taken back was given again: a dispute won, a refund failed.
         */
        readonly BalanceRestored: {
            /** @constant */
            readonly specversion: "1.0";
            /**
             * Format: uuid
             * @description The same whenever the message is delivered again: drop those you have seen.
             */
            readonly id: string;
            /** @description The origin of PUBLIC_BASE_URL. */
            readonly source: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "balance.restored";
            /** @description The user, if it is about one. */
            readonly subject?: string;
            /**
             * Format: date-time
             * @description When it happened here.
             */
            readonly time: string;
            /** @constant */
            readonly datacontenttype: "application/json";
            readonly data: {
                /** @description The user of the host application; null when it is nobody of ours. */
                readonly userId: string | null;
                readonly paymentId: string | null;
                /** @description A currency, lower case, or "credits". */
                readonly unit: string;
                /** @description What the balance changed by, above zero, in minor units. */
                readonly amountMinor: number;
            };
        };
        /**
         * BalanceReversed
         * @description What a payment had granted was taken back: it was refunded or disputed.
         */
        readonly BalanceReversed: {
            /** @constant */
            readonly specversion: "1.0";
            /**
             * Format: uuid
             * @description The same whenever the message is delivered again: drop those you have seen.
             */
            readonly id: string;
            /** @description The origin of PUBLIC_BASE_URL. */
            readonly source: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "balance.reversed";
            /** @description The user, if it is about one. */
            readonly subject?: string;
            /**
             * Format: date-time
             * @description When it happened here.
             */
            readonly time: string;
            /** @constant */
            readonly datacontenttype: "application/json";
            readonly data: {
                /** @description The user of the host application; null when it is nobody of ours. */
                readonly userId: string | null;
                readonly paymentId: string | null;
                /** @description A currency, lower case, or "credits". */
                readonly unit: string;
                /** @description What the balance changed by, above zero, in minor units. */
                readonly amountMinor: number;
            };
        };
        /**
         * BillingEvent
         * @description What has happened to a payment, a balance or a subscription.
         */
        readonly BillingEvent: components["schemas"]["CheckoutCompleted"] | components["schemas"]["CheckoutExpired"] | components["schemas"]["CheckoutPaymentFailed"] | components["schemas"]["BalanceCredited"] | components["schemas"]["BalanceDebited"] | components["schemas"]["BalanceAdjusted"] | components["schemas"]["HoldPlaced"] | components["schemas"]["HoldCaptured"] | components["schemas"]["HoldReleased"] | components["schemas"]["HoldExpired"] | components["schemas"]["BalanceReversed"] | components["schemas"]["BalanceRestored"] | components["schemas"]["DisputeOpened"] | components["schemas"]["DisputeUpdated"] | components["schemas"]["DisputeClosed"] | components["schemas"]["PaymentSuccessful"] | components["schemas"]["PaymentFailed"] | components["schemas"]["PaymentActionRequired"] | components["schemas"]["PaymentCanceled"] | components["schemas"]["PaymentRefunded"] | components["schemas"]["SubscriptionCreated"] | components["schemas"]["SubscriptionUpdated"] | components["schemas"]["SubscriptionCanceled"] | components["schemas"]["SubscriptionExpired"] | components["schemas"]["SubscriptionTrialEnding"] | components["schemas"]["InvoicePaid"] | components["schemas"]["InvoicePaymentFailed"] | components["schemas"]["InvoicePaymentActionRequired"];
        /** Capture */
        readonly Capture: {
            /** @description What to capture; all of it by default, in minor units of the unit: 1000 is 10.00 USD, or 1000 credits. */
            readonly amountMinor?: number;
        };
        /**
         * Catalogue
         * @description Amounts are in minor units of their currencies.
         */
        readonly Catalogue: {
            /** @description A row per currency; the first is the usual one. */
            readonly topups: readonly components["schemas"]["TopupTerms"][];
            readonly packages: readonly {
                /** @description What a request names: lower-case letters, digits, - and _, at most 64. */
                readonly id: string;
                /** @description As the buyer reads it. */
                readonly name: string;
                /** @description Credits granted when it is paid. */
                readonly credits: number;
                /** @description ISO 4217, lower case: usd. */
                readonly currency: string;
                /** @description What it costs, in minor units. */
                readonly amountMinor: number;
                /** @description How sessions that something else created say that they sold it, with FOREIGN_SESSIONS=credit. */
                readonly foreign?: {
                    /** @description Stripe's payment links that sell it. */
                    readonly paymentLinks?: readonly string[];
                    /** @description What the metadata of a session has that sold it, all of it. */
                    readonly metadata?: {
                        readonly [key: string]: string;
                    };
                    /** @description True: any session of exactly this price sold it. */
                    readonly amount?: boolean;
                };
            }[];
            readonly prices: readonly {
                /** @description What a request names: lower-case letters, digits, - and _, at most 100, not price_… */
                readonly lookupKey: string;
                /** @description As the buyer reads it. */
                readonly productName: string;
                /** @description ISO 4217, lower case: usd. */
                readonly currency: string;
                /** @description What one costs, in minor units. */
                readonly unitAmountMinor: number;
                /** @description Sold as a subscription that is paid once a period. */
                readonly recurring?: {
                    /** @enum {string} */
                    readonly interval: "day" | "week" | "month" | "year";
                    /**
                     * @description How many of the interval a period has; at most three years in all.
                     * @default 1
                     */
                    readonly intervalCount: number;
                };
                /** @description Credits granted per unit, and per paid period of a subscription. */
                readonly credits?: number;
                /** @description What a subscription to it entitles to, by names of your own. */
                readonly entitlements?: readonly string[];
            }[];
            readonly items: readonly {
                /** @description What a request names, in your own terms. */
                readonly reference: string;
                /** @description As the buyer reads it. */
                readonly name: string;
                /** @description ISO 4217, lower case: usd. */
                readonly currency: string;
                /** @description What it costs, in minor units. */
                readonly amountMinor: number;
            }[];
        };
        /** CatalogueState */
        readonly CatalogueState: {
            /** @description What is sold: the version in S3 or of the parameter, else of the file. */
            readonly version: string;
            /**
             * @description current: what is stored is sold. Else the last good one is: what is stored has faults, or cannot be read.
             * @enum {string}
             */
            readonly status: "current" | "refused" | "unreadable";
            readonly refusedVersion: string | null;
        };
        /**
         * Cause
         * @description What caused it.
         */
        readonly Cause: {
            /** @description checkout_session, invoice, payment, spend, hold, adjustment or import. */
            readonly type: string;
            /** @description cs_…, in_…, pi_… or ch_…, or the id of the spend, hold or adjustment. */
            readonly id: string;
        };
        /**
         * CheckoutCompleted
         * @description A checkout was paid, and what it sold has been granted.
         */
        readonly CheckoutCompleted: {
            /** @constant */
            readonly specversion: "1.0";
            /**
             * Format: uuid
             * @description The same whenever the message is delivered again: drop those you have seen.
             */
            readonly id: string;
            /** @description The origin of PUBLIC_BASE_URL. */
            readonly source: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "checkout.completed";
            /** @description The user, if it is about one. */
            readonly subject?: string;
            /**
             * Format: date-time
             * @description When it happened here.
             */
            readonly time: string;
            /** @constant */
            readonly datacontenttype: "application/json";
            readonly data: {
                /** @description The user of the host application; null when it is nobody of ours. */
                readonly userId: string | null;
                /** @description The Checkout session's id, cs_… */
                readonly sessionId: string;
                /** @enum {string} */
                readonly kind: "topup" | "package" | "price" | "item" | "foreign";
                readonly reference: string | null;
                readonly name: string | null;
                readonly priceId: string | null;
                /** @description What the checkout was begun with; empty when there was none. */
                readonly metadata: {
                    readonly [key: string]: string;
                };
                readonly quantity: number;
                /** @description What was paid, in minor units. */
                readonly amountMinor: number;
                /** @description ISO 4217, lower case. */
                readonly currency: string;
                readonly paymentId: string | null;
                readonly subscriptionId: string | null;
            };
        };
        /**
         * CheckoutExpired
         * @description A checkout was not paid in time and cannot be paid any more.
         */
        readonly CheckoutExpired: {
            /** @constant */
            readonly specversion: "1.0";
            /**
             * Format: uuid
             * @description The same whenever the message is delivered again: drop those you have seen.
             */
            readonly id: string;
            /** @description The origin of PUBLIC_BASE_URL. */
            readonly source: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "checkout.expired";
            /** @description The user, if it is about one. */
            readonly subject?: string;
            /**
             * Format: date-time
             * @description When it happened here.
             */
            readonly time: string;
            /** @constant */
            readonly datacontenttype: "application/json";
            readonly data: {
                /** @description The user of the host application; null when it is nobody of ours. */
                readonly userId: string | null;
                /** @description The Checkout session's id, cs_… */
                readonly sessionId: string;
                readonly reference?: string | null;
                /** @description What the checkout was begun with; empty when there was none. */
                readonly metadata?: {
                    readonly [key: string]: string;
                };
            };
        };
        /**
         * CheckoutPaymentFailed
         * @description A delayed payment of a completed checkout did not arrive.
         */
        readonly CheckoutPaymentFailed: {
            /** @constant */
            readonly specversion: "1.0";
            /**
             * Format: uuid
             * @description The same whenever the message is delivered again: drop those you have seen.
             */
            readonly id: string;
            /** @description The origin of PUBLIC_BASE_URL. */
            readonly source: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "checkout.payment_failed";
            /** @description The user, if it is about one. */
            readonly subject?: string;
            /**
             * Format: date-time
             * @description When it happened here.
             */
            readonly time: string;
            /** @constant */
            readonly datacontenttype: "application/json";
            readonly data: {
                /** @description The user of the host application; null when it is nobody of ours. */
                readonly userId: string | null;
                /** @description The Checkout session's id, cs_… */
                readonly sessionId: string;
                readonly reference?: string | null;
                /** @description What the checkout was begun with; empty when there was none. */
                readonly metadata?: {
                    readonly [key: string]: string;
                };
            };
        };
        /**
         * CheckoutSession
         * @description The session as it is now.
         */
        readonly CheckoutSession: {
            readonly id: string;
            /** @enum {string} */
            readonly status: "open" | "complete" | "expired";
            /**
             * @description "paid" says that what was bought has been granted.
             * @enum {string}
             */
            readonly paymentStatus: "unpaid" | "failed" | "paid";
            /** @description Null when only Stripe knows, as of the first invoice of a subscription. */
            readonly amountMinor: number | null;
            readonly currency: string | null;
            readonly kind: components["schemas"]["OrderKind"];
            /** @description The package, price or item that is sold; null for a top-up. */
            readonly reference: string | null;
            /** @description As the buyer read it. */
            readonly name: string | null;
            readonly quantity: number;
            /** @description Stripe's price, price_… */
            readonly priceId: string | null;
            /** @description As it was begun with. */
            readonly metadata: {
                readonly [key: string]: string;
            };
            readonly customerId: string;
            /** @description The subscription that it began, sub_… */
            readonly subscriptionId: string | null;
            /** @description What it has added to the balance so far, its invoices included. */
            readonly granted: readonly components["schemas"]["Grant"][];
            /** @description Null once it cannot be paid. */
            readonly url: string | null;
            readonly expiresAt: string | null;
        };
        /**
         * CreatedCheckoutSession
         * @description The session is open; the buyer can pay.
         */
        readonly CreatedCheckoutSession: {
            /** @description The Stripe Checkout session's id, cs_… */
            readonly id: string;
            /** @description Send the buyer here, fragment (#…) included. */
            readonly url: string;
            /**
             * Format: date-time
             * @description The buyer can pay until then.
             */
            readonly expiresAt: string;
            /** @description The user's Stripe customer, cus_… */
            readonly customerId: string;
        };
        /**
         * DisputeClosed
         * @description A dispute was decided.
         */
        readonly DisputeClosed: {
            /** @constant */
            readonly specversion: "1.0";
            /**
             * Format: uuid
             * @description The same whenever the message is delivered again: drop those you have seen.
             */
            readonly id: string;
            /** @description The origin of PUBLIC_BASE_URL. */
            readonly source: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "dispute.closed";
            /** @description The user, if it is about one. */
            readonly subject?: string;
            /**
             * Format: date-time
             * @description When it happened here.
             */
            readonly time: string;
            /** @constant */
            readonly datacontenttype: "application/json";
            readonly data: {
                /** @description The user of the host application; null when it is nobody of ours. */
                readonly userId: string | null;
                readonly disputeId: string;
                /** @description The payment intent, pi_…, or the charge, ch_…, when there is none. */
                readonly paymentId: string;
                /** @description What is disputed, in minor units. */
                readonly amountMinor: number;
                /** @description ISO 4217, lower case. */
                readonly currency: string;
                /** @description Stripe's status of the dispute. */
                readonly status: string;
            };
        };
        /**
         * DisputeOpened
         * @description A buyer disputed a payment with their bank, or inquired about it.
         */
        readonly DisputeOpened: {
            /** @constant */
            readonly specversion: "1.0";
            /**
             * Format: uuid
             * @description The same whenever the message is delivered again: drop those you have seen.
             */
            readonly id: string;
            /** @description The origin of PUBLIC_BASE_URL. */
            readonly source: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "dispute.opened";
            /** @description The user, if it is about one. */
            readonly subject?: string;
            /**
             * Format: date-time
             * @description When it happened here.
             */
            readonly time: string;
            /** @constant */
            readonly datacontenttype: "application/json";
            readonly data: {
                /** @description The user of the host application; null when it is nobody of ours. */
                readonly userId: string | null;
                readonly disputeId: string;
                /** @description The payment intent, pi_…, or the charge, ch_…, when there is none. */
                readonly paymentId: string;
                /** @description What is disputed, in minor units. */
                readonly amountMinor: number;
                /** @description ISO 4217, lower case. */
                readonly currency: string;
                /** @description Stripe's status of the dispute. */
                readonly status: string;
            };
        };
        /**
         * DisputeUpdated
         * @description A dispute has another status, or its money has moved.
         */
        readonly DisputeUpdated: {
            /** @constant */
            readonly specversion: "1.0";
            /**
             * Format: uuid
             * @description The same whenever the message is delivered again: drop those you have seen.
             */
            readonly id: string;
            /** @description The origin of PUBLIC_BASE_URL. */
            readonly source: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "dispute.updated";
            /** @description The user, if it is about one. */
            readonly subject?: string;
            /**
             * Format: date-time
             * @description When it happened here.
             */
            readonly time: string;
            /** @constant */
            readonly datacontenttype: "application/json";
            readonly data: {
                /** @description The user of the host application; null when it is nobody of ours. */
                readonly userId: string | null;
                readonly disputeId: string;
                /** @description The payment intent, pi_…, or the charge, ch_…, when there is none. */
                readonly paymentId: string;
                /** @description What is disputed, in minor units. */
                readonly amountMinor: number;
                /** @description ISO 4217, lower case. */
                readonly currency: string;
                /** @description Stripe's status of the dispute. */
                readonly status: string;
            };
        };
        /**
         * Effects
         * @description What it did, or would do; empty when all of it had been done before.
         */
        readonly Effects: {
            /** @description What is booked in the ledger. */
            readonly transfers: readonly {
                readonly idempotencyKey: string;
                readonly debitAccount: string;
                readonly creditAccount: string;
                readonly unit: string;
                readonly amountMinor: number;
                readonly reason: string;
                readonly paymentId: string | null;
                readonly reverses: string | null;
            }[];
            /** @description Whose recorded state changes. */
            readonly changes: readonly {
                /** @enum {string} */
                readonly object: "checkout" | "payment" | "subscription" | "invoice";
                readonly id: string;
                /** @description What is written down of it; amounts are decimal strings. */
                readonly values: {
                    readonly [key: string]: unknown;
                };
            }[];
            /** @description What is published. */
            readonly messages: readonly {
                readonly key: string;
                readonly type: string;
                readonly userId: string | null;
                readonly data: {
                    readonly [key: string]: unknown;
                };
            }[];
        };
        /** Entitlement */
        readonly Entitlement: {
            /** @description As the catalogue names it. */
            readonly name: string;
            /** @description How many units of it are subscribed to. */
            readonly quantity: number;
        };
        /**
         * Entitlements
         * @description What the active and trialing subscriptions entitle to.
         */
        readonly Entitlements: {
            readonly userId: string;
            /** @description By name; empty when there are none. */
            readonly entitlements: readonly components["schemas"]["Entitlement"][];
        };
        /**
         * EventPage
         * @description A page of events, without their payloads.
         */
        readonly EventPage: {
            readonly events: readonly components["schemas"]["EventRecord"][];
            /** @description Where the next page begins; null after the last one. */
            readonly nextCursor: string | null;
        };
        /** EventRecord */
        readonly EventRecord: {
            /** @description evt_… */
            readonly eventId: string;
            readonly type: string;
            /**
             * @description processed: handled; ignored: of a type without a handler; pending: to be handled; failed: given up, needs a person.
             * @enum {string}
             */
            readonly status: "processed" | "ignored" | "pending" | "failed";
            /**
             * @description By which way it came in first.
             * @enum {string}
             */
            readonly receivedBy: "webhook" | "queue" | "reconciliation";
            readonly apiVersion: string | null;
            readonly livemode: boolean | null;
            readonly createdAt: string | null;
            /**
             * Format: date-time
             * @description When it came in first.
             */
            readonly receivedAt: string;
            readonly processedAt: string | null;
            /** @description Attempts to handle it, beside the one on its arrival. */
            readonly attempts: number;
            readonly nextAttemptAt: string | null;
            readonly lastError: string | null;
            readonly userId: string | null;
            readonly amountMinor: number | null;
            readonly currency: string | null;
        };
        /**
         * EventWithPayload
         * @description All that is recorded of the event.
         */
        readonly EventWithPayload: {
            /** @description evt_… */
            readonly eventId: string;
            readonly type: string;
            /**
             * @description processed: handled; ignored: of a type without a handler; pending: to be handled; failed: given up, needs a person.
             * @enum {string}
             */
            readonly status: "processed" | "ignored" | "pending" | "failed";
            /**
             * @description By which way it came in first.
             * @enum {string}
             */
            readonly receivedBy: "webhook" | "queue" | "reconciliation";
            readonly apiVersion: string | null;
            readonly livemode: boolean | null;
            readonly createdAt: string | null;
            /**
             * Format: date-time
             * @description When it came in first.
             */
            readonly receivedAt: string;
            readonly processedAt: string | null;
            /** @description Attempts to handle it, beside the one on its arrival. */
            readonly attempts: number;
            readonly nextAttemptAt: string | null;
            readonly lastError: string | null;
            readonly userId: string | null;
            readonly amountMinor: number | null;
            readonly currency: string | null;
            readonly payload: {
                readonly [key: string]: unknown;
            } | null;
        };
        /** Grant */
        readonly Grant: {
            readonly unit: string;
            readonly amountMinor: number;
        };
        /**
         * Health
         * @description It serves.
         */
        readonly Health: {
            /** @enum {string} */
            readonly status: "ok";
        };
        /** Hold */
        readonly Hold: {
            /** @description Names the hold, in the transactions and messages too. */
            readonly id: string;
            /** @description A currency, lower case, or "credits". */
            readonly unit: string;
            /** @description What was reserved, in minor units. */
            readonly amountMinor: number;
            /** @description What was captured of it, in minor units; the rest went back. */
            readonly capturedMinor: number;
            readonly reason: string;
            readonly status: components["schemas"]["HoldStatus"];
            /** Format: date-time */
            readonly createdAt: string;
            /** Format: date-time */
            readonly expiresAt: string;
        };
        /**
         * HoldCaptured
         * @description A reserved amount, or a part of it, was taken for good.
         */
        readonly HoldCaptured: {
            /** @constant */
            readonly specversion: "1.0";
            /**
             * Format: uuid
             * @description The same whenever the message is delivered again: drop those you have seen.
             */
            readonly id: string;
            /** @description The origin of PUBLIC_BASE_URL. */
            readonly source: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "hold.captured";
            /** @description The user, if it is about one. */
            readonly subject?: string;
            /**
             * Format: date-time
             * @description When it happened here.
             */
            readonly time: string;
            /** @constant */
            readonly datacontenttype: "application/json";
            readonly data: {
                /** @description The user of the host application; null when it is nobody of ours. */
                readonly userId: string | null;
                readonly holdId: string;
                /** @description A currency, lower case, or "credits". */
                readonly unit: string;
                /** @description As the caller gave it. */
                readonly reason: string;
                /** @description What was captured, in minor units. */
                readonly amountMinor: number;
                /** @description The rest, which went back to the balance, in minor units. */
                readonly releasedMinor: number;
            };
        };
        /**
         * HoldExpired
         * @description A reserved amount went back to the balance because its time was over.
         */
        readonly HoldExpired: {
            /** @constant */
            readonly specversion: "1.0";
            /**
             * Format: uuid
             * @description The same whenever the message is delivered again: drop those you have seen.
             */
            readonly id: string;
            /** @description The origin of PUBLIC_BASE_URL. */
            readonly source: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "hold.expired";
            /** @description The user, if it is about one. */
            readonly subject?: string;
            /**
             * Format: date-time
             * @description When it happened here.
             */
            readonly time: string;
            /** @constant */
            readonly datacontenttype: "application/json";
            readonly data: {
                /** @description The user of the host application; null when it is nobody of ours. */
                readonly userId: string | null;
                readonly holdId: string;
                /** @description A currency, lower case, or "credits". */
                readonly unit: string;
                /** @description As the caller gave it. */
                readonly reason: string;
                /** @description What went back to the balance, in minor units. */
                readonly amountMinor: number;
            };
        };
        /**
         * HoldPage
         * @description A page of them.
         */
        readonly HoldPage: {
            readonly holds: readonly components["schemas"]["Hold"][];
            /** @description Where the next page begins; null after the last one. */
            readonly nextCursor: string | null;
        };
        /**
         * HoldPlaced
         * @description An amount of a user's balance was reserved.
         */
        readonly HoldPlaced: {
            /** @constant */
            readonly specversion: "1.0";
            /**
             * Format: uuid
             * @description The same whenever the message is delivered again: drop those you have seen.
             */
            readonly id: string;
            /** @description The origin of PUBLIC_BASE_URL. */
            readonly source: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "hold.placed";
            /** @description The user, if it is about one. */
            readonly subject?: string;
            /**
             * Format: date-time
             * @description When it happened here.
             */
            readonly time: string;
            /** @constant */
            readonly datacontenttype: "application/json";
            readonly data: {
                /** @description The user of the host application; null when it is nobody of ours. */
                readonly userId: string | null;
                readonly holdId: string;
                /** @description A currency, lower case, or "credits". */
                readonly unit: string;
                /** @description As the caller gave it. */
                readonly reason: string;
                /** @description What was taken from the balance and is held, in minor units. */
                readonly amountMinor: number;
                /** Format: date-time */
                readonly expiresAt: string;
            };
        };
        /**
         * HoldReleased
         * @description A reserved amount went back to the balance.
         */
        readonly HoldReleased: {
            /** @constant */
            readonly specversion: "1.0";
            /**
             * Format: uuid
             * @description The same whenever the message is delivered again: drop those you have seen.
             */
            readonly id: string;
            /** @description The origin of PUBLIC_BASE_URL. */
            readonly source: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "hold.released";
            /** @description The user, if it is about one. */
            readonly subject?: string;
            /**
             * Format: date-time
             * @description When it happened here.
             */
            readonly time: string;
            /** @constant */
            readonly datacontenttype: "application/json";
            readonly data: {
                /** @description The user of the host application; null when it is nobody of ours. */
                readonly userId: string | null;
                readonly holdId: string;
                /** @description A currency, lower case, or "credits". */
                readonly unit: string;
                /** @description As the caller gave it. */
                readonly reason: string;
                /** @description What went back to the balance, in minor units. */
                readonly amountMinor: number;
            };
        };
        /**
         * HoldStatus
         * @enum {string}
         */
        readonly HoldStatus: "held" | "captured" | "released" | "expired";
        /**
         * InvoicePaid
         * @description An invoice was paid; what its lines grant has been granted.
         */
        readonly InvoicePaid: {
            /** @constant */
            readonly specversion: "1.0";
            /**
             * Format: uuid
             * @description The same whenever the message is delivered again: drop those you have seen.
             */
            readonly id: string;
            /** @description The origin of PUBLIC_BASE_URL. */
            readonly source: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "invoice.paid";
            /** @description The user, if it is about one. */
            readonly subject?: string;
            /**
             * Format: date-time
             * @description When it happened here.
             */
            readonly time: string;
            /** @constant */
            readonly datacontenttype: "application/json";
            readonly data: {
                /** @description The user of the host application; null when it is nobody of ours. */
                readonly userId: string | null;
                readonly invoiceId: string;
                readonly subscriptionId: string | null;
                readonly customerId: string | null;
                /** @description What is due, or was paid, in minor units. */
                readonly amountMinor: number;
                /** @description ISO 4217, lower case. */
                readonly currency: string;
            };
        };
        /**
         * InvoicePaymentActionRequired
         * @description The buyer has to authenticate the payment of an invoice.
         */
        readonly InvoicePaymentActionRequired: {
            /** @constant */
            readonly specversion: "1.0";
            /**
             * Format: uuid
             * @description The same whenever the message is delivered again: drop those you have seen.
             */
            readonly id: string;
            /** @description The origin of PUBLIC_BASE_URL. */
            readonly source: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "invoice.payment_action_required";
            /** @description The user, if it is about one. */
            readonly subject?: string;
            /**
             * Format: date-time
             * @description When it happened here.
             */
            readonly time: string;
            /** @constant */
            readonly datacontenttype: "application/json";
            readonly data: {
                /** @description The user of the host application; null when it is nobody of ours. */
                readonly userId: string | null;
                readonly invoiceId: string;
                readonly subscriptionId: string | null;
                readonly customerId: string | null;
                /** @description What is due, or was paid, in minor units. */
                readonly amountMinor: number;
                /** @description ISO 4217, lower case. */
                readonly currency: string;
            };
        };
        /**
         * InvoicePaymentFailed
         * @description An attempt to pay an invoice failed; Stripe may try again.
         */
        readonly InvoicePaymentFailed: {
            /** @constant */
            readonly specversion: "1.0";
            /**
             * Format: uuid
             * @description The same whenever the message is delivered again: drop those you have seen.
             */
            readonly id: string;
            /** @description The origin of PUBLIC_BASE_URL. */
            readonly source: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "invoice.payment_failed";
            /** @description The user, if it is about one. */
            readonly subject?: string;
            /**
             * Format: date-time
             * @description When it happened here.
             */
            readonly time: string;
            /** @constant */
            readonly datacontenttype: "application/json";
            readonly data: {
                /** @description The user of the host application; null when it is nobody of ours. */
                readonly userId: string | null;
                readonly invoiceId: string;
                readonly subscriptionId: string | null;
                readonly customerId: string | null;
                /** @description What is due, or was paid, in minor units. */
                readonly amountMinor: number;
                /** @description ISO 4217, lower case. */
                readonly currency: string;
            };
        };
        /** NewAdjustment */
        readonly NewAdjustment: {
            /**
             * @description grant: something is given. correction: a mistake is mended, either way.
             * @enum {string}
             */
            readonly kind: "grant" | "correction";
            /** @description A currency (ISO 4217) or "credits". */
            readonly unit: string;
            /** @description In minor units of the unit; below zero, which a correction alone may be, it takes. */
            readonly amountMinor: number;
            /** @description Why, in your own words; shown in the transactions. No control characters. */
            readonly reason: string;
            /** @description True: a correction may leave the balance below zero. Default: false. */
            readonly mayOverdraw?: boolean;
        };
        /**
         * NewCheckoutSession
         * @description Exactly one of topup, package, price, item.
         */
        readonly NewCheckoutSession: {
            /** @description An amount of choice, credited as it is paid. */
            readonly topup?: {
                /** @description In minor units: 1000 is 10.00 USD. GET /v1/catalogue shows the bounds. */
                readonly amountMinor: number;
                /** @description ISO 4217; one of those in STRIPE_CURRENCY. Default, of a top-up: the first of them. */
                readonly currency?: string;
            };
            /**
             * @description The id of a package of credits in the catalogue.
             * @example starter
             */
            readonly package?: string;
            /**
             * @description A price of the Stripe account by its id (price_…) or lookup key. A recurring one begins a subscription.
             * @example membership-monthly
             */
            readonly price?: string;
            /** @description A single thing of yours: one of the catalogue by its reference alone, or any, with its price and name, for a service with the scope accounts:write. A buyer sets no price. */
            readonly item?: {
                /** @description What it is, in your own terms; comes back in checkout.completed. */
                readonly reference: string;
                /** @description In minor units; for a caller with the scope accounts:write. */
                readonly amountMinor?: number;
                /** @description ISO 4217; one of those in STRIPE_CURRENCY. Default, of a top-up: the first of them. */
                readonly currency?: string;
                /** @description As the buyer reads it, at most 250 characters. Default: the reference. */
                readonly name?: string;
            };
            /** @description How many of the price; with price alone. Default: 1. */
            readonly quantity?: number;
            /** @description True: sell a recurring price to a user who is subscribed to it already; with price alone. Default: false, which answers 409 already_subscribed then. */
            readonly again?: boolean;
            /** @description True: the user is to have this package, price or item once. A second sale is 409 already_purchased; while it can still be paid, the page of before is answered. */
            readonly once?: boolean;
            /** @description Comes back in the session, in purchases, transactions and messages. At most 20 names of 40 characters without brackets, each with 500 characters. Names that begin with tollgate_ are reserved for the service: begin yours otherwise. */
            readonly metadata?: {
                readonly [key: string]: string;
            };
            /** @description Where the buyer is sent after paying; of an allowed origin. Default: the calling origin, else PUBLIC_BASE_URL. */
            readonly successUrl?: string;
            /** @description Where the buyer is sent on giving up; of an allowed origin. Default: the calling origin, else PUBLIC_BASE_URL. */
            readonly cancelUrl?: string;
        } & (unknown | unknown | unknown | unknown);
        /** NewHold */
        readonly NewHold: {
            /** @description A currency (ISO 4217) or "credits". */
            readonly unit: string;
            /** @description What to reserve, in minor units of the unit: 1000 is 10.00 USD, or 1000 credits. */
            readonly amountMinor: number;
            /** @description Why, in your own words; shown in the transactions. No control characters. */
            readonly reason: string;
            /**
             * @description After that it goes back by itself: a day by default, 31 days at most.
             * @default 86400
             */
            readonly expiresInSeconds: number;
        };
        /** NewPortalSession */
        readonly NewPortalSession: {
            /** @description Where the user is sent from the portal; of an allowed origin. Default: the calling origin, else PUBLIC_BASE_URL. */
            readonly returnUrl?: string;
        };
        /** NewReconciliation */
        readonly NewReconciliation: {
            readonly kind: components["schemas"]["ReconciliationKind"];
            /**
             * Format: date-time
             * @description Created at this time or later, by the clock of Stripe.
             */
            readonly since?: string;
            /**
             * Format: date-time
             * @description Created before this time. Default: now.
             */
            readonly until?: string;
        };
        /** NewRefund */
        readonly NewRefund: {
            /** @description What to refund, in minor units of the unit: 1000 is 10.00 USD, or 1000 credits. */
            readonly amountMinor?: number;
            /**
             * @description rest: all that is left. unused: what is left of the balance that it granted. Not with amountMinor. Default: rest.
             * @enum {string}
             */
            readonly part?: "rest" | "unused";
            /** @description Why, in your own words; shown in the transactions. No control characters. */
            readonly reason: string;
        };
        /** NewSpend */
        readonly NewSpend: {
            /** @description A currency (ISO 4217) or "credits". */
            readonly unit: string;
            /** @description What to take, in minor units of the unit: 1000 is 10.00 USD, or 1000 credits. */
            readonly amountMinor: number;
            /** @description Why, in your own words; shown in the transactions. No control characters. */
            readonly reason: string;
        };
        /**
         * OrderKind
         * @enum {string}
         */
        readonly OrderKind: "topup" | "package" | "price" | "item";
        /** OutboxMessage */
        readonly OutboxMessage: {
            /** @description Its place in the outbox; names it in these routes. */
            readonly position: number;
            /** @description The id of the CloudEvent. */
            readonly messageId: string;
            readonly type: string;
            readonly userId: string | null;
            readonly data: {
                readonly [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description When what it tells of was committed.
             */
            readonly createdAt: string;
            readonly attempts: number;
            /**
             * Format: date-time
             * @description Not tried before this time.
             */
            readonly nextAttemptAt: string;
            readonly lastError: string | null;
            readonly setAsideAt: string | null;
        };
        /**
         * OutboxPage
         * @description A page of messages that have not been published.
         */
        readonly OutboxPage: {
            readonly messages: readonly components["schemas"]["OutboxMessage"][];
            /** @description Where the next page begins; null after the last one. */
            readonly nextCursor: string | null;
        };
        /**
         * Overview
         * @description How the service stands.
         */
        readonly Overview: {
            /**
             * @description The mode that its key must be of.
             * @enum {string}
             */
            readonly stripeMode: "test" | "live";
            /**
             * @description paused: events are only recorded.
             * @enum {string}
             */
            readonly processing: "on" | "paused";
            /**
             * @description off: nothing new is sold.
             * @enum {string}
             */
            readonly checkout: "on" | "off";
            readonly catalogue: components["schemas"]["CatalogueState"];
            readonly events: {
                /** @description To be handled. */
                readonly pending: number;
                /** @description Given up; each needs a person. */
                readonly failed: number;
                readonly oldestPendingAt: string | null;
                readonly last: {
                    readonly eventId: string;
                    readonly type: string;
                    /**
                     * Format: date-time
                     * @description When it came in.
                     */
                    readonly receivedAt: string;
                } | null;
            };
            readonly outbox: {
                /** @description To be published. */
                readonly waiting: number;
                /** @description Given up; each needs a person. */
                readonly setAside: number;
                readonly oldestWaitingAt: string | null;
            };
            /**
             * Format: date-time
             * @description What moved is counted from here.
             */
            readonly since: string;
            /** @description In minor units, by unit. */
            readonly moved: readonly {
                readonly unit: string;
                /** @description What Stripe took in, less what was given back of it. */
                readonly receivedMinor: number;
                /** @description What users were granted for payments and subscriptions. */
                readonly creditedMinor: number;
                /** @description What came back from users for refunds, disputes and prorations. */
                readonly takenBackMinor: number;
            }[];
        };
        /** Payment */
        readonly Payment: {
            /** @description pi_… or ch_… */
            readonly paymentId: string;
            readonly amountMinor: number | null;
            readonly currency: string | null;
            readonly refunds: readonly {
                readonly refundId: string;
                readonly amountMinor: number;
                readonly status: string;
                readonly requestedBy: string | null;
                readonly reason: string | null;
            }[];
            readonly disputes: readonly {
                readonly disputeId: string;
                readonly amountMinor: number;
                readonly status: string;
            }[];
            /**
             * Format: date-time
             * @description When it was told of first.
             */
            readonly createdAt: string;
        };
        /**
         * PaymentActionRequired
         * @description The buyer has to do something, such as authenticate the card.
         */
        readonly PaymentActionRequired: {
            /** @constant */
            readonly specversion: "1.0";
            /**
             * Format: uuid
             * @description The same whenever the message is delivered again: drop those you have seen.
             */
            readonly id: string;
            /** @description The origin of PUBLIC_BASE_URL. */
            readonly source: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "payment.action_required";
            /** @description The user, if it is about one. */
            readonly subject?: string;
            /**
             * Format: date-time
             * @description When it happened here.
             */
            readonly time: string;
            /** @constant */
            readonly datacontenttype: "application/json";
            readonly data: {
                /** @description The user of the host application; null when it is nobody of ours. */
                readonly userId: string | null;
                readonly paymentIntentId: string;
                readonly customerId: string | null;
                /** @description What is to be paid, in minor units. */
                readonly amountMinor: number;
                /** @description ISO 4217, lower case. */
                readonly currency: string;
                readonly errorCode: string | null;
                readonly sessionId: string | null;
                readonly kind: ("topup" | "package" | "price" | "item") | null;
                readonly reference: string | null;
                readonly priceId: string | null;
                readonly quantity: number | null;
                /** @description What the checkout was begun with; empty when there was none. */
                readonly metadata: {
                    readonly [key: string]: string;
                };
            };
        };
        /**
         * PaymentCanceled
         * @description A payment was given up and will not succeed any more.
         */
        readonly PaymentCanceled: {
            /** @constant */
            readonly specversion: "1.0";
            /**
             * Format: uuid
             * @description The same whenever the message is delivered again: drop those you have seen.
             */
            readonly id: string;
            /** @description The origin of PUBLIC_BASE_URL. */
            readonly source: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "payment.canceled";
            /** @description The user, if it is about one. */
            readonly subject?: string;
            /**
             * Format: date-time
             * @description When it happened here.
             */
            readonly time: string;
            /** @constant */
            readonly datacontenttype: "application/json";
            readonly data: {
                /** @description The user of the host application; null when it is nobody of ours. */
                readonly userId: string | null;
                readonly paymentIntentId: string;
                readonly customerId: string | null;
                /** @description What is to be paid, in minor units. */
                readonly amountMinor: number;
                /** @description ISO 4217, lower case. */
                readonly currency: string;
                readonly errorCode: string | null;
                readonly sessionId: string | null;
                readonly kind: ("topup" | "package" | "price" | "item") | null;
                readonly reference: string | null;
                readonly priceId: string | null;
                readonly quantity: number | null;
                /** @description What the checkout was begun with; empty when there was none. */
                readonly metadata: {
                    readonly [key: string]: string;
                };
            };
        };
        /**
         * PaymentFailed
         * @description An attempt to pay failed; the payment may still succeed.
         */
        readonly PaymentFailed: {
            /** @constant */
            readonly specversion: "1.0";
            /**
             * Format: uuid
             * @description The same whenever the message is delivered again: drop those you have seen.
             */
            readonly id: string;
            /** @description The origin of PUBLIC_BASE_URL. */
            readonly source: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "payment.failed";
            /** @description The user, if it is about one. */
            readonly subject?: string;
            /**
             * Format: date-time
             * @description When it happened here.
             */
            readonly time: string;
            /** @constant */
            readonly datacontenttype: "application/json";
            readonly data: {
                /** @description The user of the host application; null when it is nobody of ours. */
                readonly userId: string | null;
                readonly paymentIntentId: string;
                readonly customerId: string | null;
                /** @description What is to be paid, in minor units. */
                readonly amountMinor: number;
                /** @description ISO 4217, lower case. */
                readonly currency: string;
                readonly errorCode: string | null;
                readonly sessionId: string | null;
                readonly kind: ("topup" | "package" | "price" | "item") | null;
                readonly reference: string | null;
                readonly priceId: string | null;
                readonly quantity: number | null;
                /** @description What the checkout was begun with; empty when there was none. */
                readonly metadata: {
                    readonly [key: string]: string;
                };
            };
        };
        /**
         * PaymentRefunded
         * @description The refunded total of a payment is another one.
         */
        readonly PaymentRefunded: {
            /** @constant */
            readonly specversion: "1.0";
            /**
             * Format: uuid
             * @description The same whenever the message is delivered again: drop those you have seen.
             */
            readonly id: string;
            /** @description The origin of PUBLIC_BASE_URL. */
            readonly source: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "payment.refunded";
            /** @description The user, if it is about one. */
            readonly subject?: string;
            /**
             * Format: date-time
             * @description When it happened here.
             */
            readonly time: string;
            /** @constant */
            readonly datacontenttype: "application/json";
            readonly data: {
                /** @description The user of the host application; null when it is nobody of ours. */
                readonly userId: string | null;
                /** @description The payment intent, pi_…, or the charge, ch_…, when there is none. */
                readonly paymentId: string;
                /** @description All that was refunded of the payment so far, in minor units. */
                readonly refundedMinor: number;
                /** @description ISO 4217, lower case. */
                readonly currency: string;
            };
        };
        /**
         * PaymentSuccessful
         * @description A payment succeeded, whatever began it.
         */
        readonly PaymentSuccessful: {
            /** @constant */
            readonly specversion: "1.0";
            /**
             * Format: uuid
             * @description The same whenever the message is delivered again: drop those you have seen.
             */
            readonly id: string;
            /** @description The origin of PUBLIC_BASE_URL. */
            readonly source: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "payment.successful";
            /** @description The user, if it is about one. */
            readonly subject?: string;
            /**
             * Format: date-time
             * @description When it happened here.
             */
            readonly time: string;
            /** @constant */
            readonly datacontenttype: "application/json";
            readonly data: {
                /** @description The user of the host application; null when it is nobody of ours. */
                readonly userId: string | null;
                readonly paymentIntentId: string;
                readonly customerId: string | null;
                /** @description What is to be paid, in minor units. */
                readonly amountMinor: number;
                /** @description ISO 4217, lower case. */
                readonly currency: string;
                readonly errorCode: string | null;
                readonly sessionId: string | null;
                readonly kind: ("topup" | "package" | "price" | "item") | null;
                readonly reference: string | null;
                readonly priceId: string | null;
                readonly quantity: number | null;
                /** @description What the checkout was begun with; empty when there was none. */
                readonly metadata: {
                    readonly [key: string]: string;
                };
            };
        };
        /**
         * PortalSession
         * @description The portal is open to the user.
         */
        readonly PortalSession: {
            /** @description Send the user here; it is valid for a short time. */
            readonly url: string;
        };
        /**
         * Problem
         * @description Why the request was refused. Some codes have further members, named here.
         * @example {
         *       "type": "urn:tollgate:problem:insufficient_funds",
         *       "title": "The user does not have that much",
         *       "status": 409,
         *       "code": "insufficient_funds",
         *       "detail": "there are 40 credits; 100 were asked for",
         *       "unit": "credits",
         *       "availableMinor": 40,
         *       "fix": "Ask for no more than availableMinor of this unit, or let the user top up first.",
         *       "requestId": "6a1f0c7e-0b1d-4c53-9d1e-0d6f6f6f3c11"
         *     }
         */
        readonly Problem: {
            /** @description Names the kind of problem: urn:tollgate:problem:<code>. */
            readonly type: string;
            /** @description What the code means; the same for every occurrence. */
            readonly title: string;
            readonly status: number;
            readonly code: components["schemas"]["ProblemCode"];
            /** @description What was seen and what was expected. Absent on 5xx. */
            readonly detail?: string;
            /** @description What to do. */
            readonly fix: string;
            /** @description Of insufficient_funds. */
            readonly unit?: string;
            /** @description Of insufficient_funds: what the user has of the unit. */
            readonly availableMinor?: number;
            /** @description Of checkout_session_expired, already_purchased and purchase_under_way. */
            readonly sessionId?: string;
            /** @description Of already_subscribed. */
            readonly subscriptionId?: string;
            /** @description Of scope_missing: the one that is needed. */
            readonly scope?: string;
            /** @description Find it in the log as reqId; the header X-Request-Id of every answer has it, too. */
            readonly requestId: string;
        };
        /**
         * ProblemCode
         * @description Stable; what a program should look at. Later versions may add some.
         * @enum {string}
         */
        readonly ProblemCode: "malformed_json" | "validation_failed" | "bad_request" | "body_too_large" | "unsupported_media_type" | "headers_too_large" | "request_timed_out" | "not_found" | "adapter_off" | "method_not_allowed" | "currency_not_supported" | "amount_below_minimum" | "amount_above_maximum" | "package_unknown" | "price_unknown" | "price_inactive" | "order_rejected" | "item_unknown" | "already_purchased" | "purchase_under_way" | "already_subscribed" | "redirect_url_not_allowed" | "idempotency_key_reused" | "idempotency_key_in_use" | "checkout_session_expired" | "idempotency_key_missing" | "insufficient_funds" | "hold_not_found" | "hold_expired" | "hold_already_captured" | "hold_already_released" | "capture_exceeds_hold" | "event_not_found" | "event_still_fails" | "event_payload_pruned" | "message_not_found" | "message_not_set_aside" | "reconciliation_not_found" | "reconciliation_range_invalid" | "reconciliation_running" | "adjustment_not_found" | "adjustment_decided" | "second_person_needed" | "customer_unknown" | "payment_not_found" | "refund_exceeds_payment" | "nothing_to_refund" | "refund_rejected" | "processing_paused" | "token_missing" | "token_invalid" | "token_expired" | "scope_missing" | "customer_not_found" | "rate_limited" | "checkout_session_not_found" | "stripe_signature_missing" | "stripe_signature_malformed" | "stripe_signature_mismatch" | "stripe_signature_expired" | "stripe_signature_from_future" | "stripe_event_malformed" | "stripe_event_wrong_mode" | "database_unavailable" | "row_locked" | "statement_timed_out" | "overloaded" | "secrets_unavailable" | "token_keys_unavailable" | "checkout_disabled" | "stripe_secret_key_not_configured" | "stripe_secret_key_rejected" | "stripe_account_mismatch" | "stripe_permission_missing" | "stripe_unavailable" | "stripe_customer_missing" | "stripe_request_rejected" | "internal_error";
        /** Purchase */
        readonly Purchase: {
            readonly sessionId: string | null;
            readonly kind: components["schemas"]["OrderKind"];
            readonly reference: string | null;
            readonly name: string | null;
            readonly quantity: number;
            readonly priceId: string | null;
            /**
             * @description refunded: all that was paid went back, by refunds or disputes.
             * @enum {string}
             */
            readonly status: "paid" | "refunded";
            readonly amountMinor: number | null;
            readonly currency: string | null;
            /** @description What of it went back. */
            readonly reversedMinor: number;
            readonly paymentId: string | null;
            readonly subscriptionId: string | null;
            /** @description As it was begun with. */
            readonly metadata: {
                readonly [key: string]: string;
            };
            /** Format: date-time */
            readonly purchasedAt: string;
        };
        /**
         * PurchasePage
         * @description A page of purchases.
         */
        readonly PurchasePage: {
            readonly purchases: readonly components["schemas"]["Purchase"][];
            /** @description Where the next page begins; null after the last one. */
            readonly nextCursor: string | null;
        };
        /**
         * Readiness
         * @description What is there and what is missing.
         */
        readonly Readiness: {
            /** @enum {string} */
            readonly status: "ready" | "not ready";
            /** @description Each is "ok", or what is missing. */
            readonly checks: {
                readonly [key: string]: string;
            };
        };
        /**
         * Receipt
         * @description The event is recorded; Stripe is done with it.
         */
        readonly Receipt: {
            /** @enum {boolean} */
            readonly received: true;
            /** @enum {string} */
            readonly status: "processed" | "ignored" | "duplicate" | "pending" | "failed";
        };
        /**
         * Reconciliation
         * @description A run of a reconciliation with Stripe.
         */
        readonly Reconciliation: {
            /** Format: uuid */
            readonly runId: string;
            readonly kind: components["schemas"]["ReconciliationKind"];
            /** @description The sub of an administrator, or "schedule". */
            readonly startedBy: string;
            /**
             * Format: date-time
             * @description What was created at this time or later was looked at,
             */
            readonly since: string;
            /**
             * Format: date-time
             * @description and before this time.
             */
            readonly until: string;
            /**
             * @description A regular run that was interrupted is taken up again where it had got to.
             * @enum {string}
             */
            readonly status: "running" | "finished" | "failed" | "interrupted";
            /** @description How many events, objects or accounts. */
            readonly lookedAt: number;
            /** @description How many were missed and have been made up for. */
            readonly repaired: number;
            /** @description How many need a person. */
            readonly differences: number;
            /** @description The first 100; the log has all of them, with the runId. */
            readonly findings: readonly {
                /** @enum {string} */
                readonly kind: "repaired" | "difference";
                /** @description Stripe's id, or an account of the ledger. */
                readonly id: string;
                /** @description What the repair did, or the code of the difference. */
                readonly what: string;
            }[];
            readonly error: string | null;
            /**
             * Format: date-time
             * @description When it began.
             */
            readonly startedAt: string;
            readonly finishedAt: string | null;
        };
        /**
         * ReconciliationKind
         * @enum {string}
         */
        readonly ReconciliationKind: "events" | "objects";
        /**
         * Reconciliations
         * @description Kept for 30 days.
         */
        readonly Reconciliations: {
            readonly runs: readonly components["schemas"]["Reconciliation"][];
        };
        /**
         * Refund
         * @description Stripe has taken it; what the payment had granted is taken back in proportion.
         */
        readonly Refund: {
            /** @description Stripe's refund, re_… */
            readonly refundId: string;
            readonly paymentId: string;
            /** @description What is refunded, in minor units of the currency. */
            readonly amountMinor: number;
            readonly currency: string;
            readonly reason: string;
            /** @description The sub of the token that asked for it. */
            readonly requestedBy: string;
            /**
             * Format: date-time
             * @description When it was asked for.
             */
            readonly createdAt: string;
        };
        /**
         * Replay
         * @description What came of the replay.
         */
        readonly Replay: {
            readonly eventId: string;
            /** @description True: nothing of this has been applied. */
            readonly dryRun: boolean;
            /**
             * @description ignored: its type has no handler; refused: it contradicts what is recorded, see refusal.
             * @enum {string}
             */
            readonly status: "processed" | "ignored" | "refused";
            readonly outcome: string | null;
            readonly refusal: {
                readonly code: string;
                readonly detail: string;
            } | null;
            readonly effects: components["schemas"]["Effects"];
        };
        /**
         * SecretRotation
         * @description How far the rotation of the webhook secret has got, over all tasks.
         */
        readonly SecretRotation: {
            /**
             * @description single: no previous secret is in force. rotating: wait. previous_may_be_dropped: the current one has verified deliveries for an hour, and none in that hour needed the previous one; it can be expired in Stripe's dashboard.
             * @enum {string}
             */
            readonly state: "single" | "rotating" | "previous_may_be_dropped";
            /** @description Those that verify deliveries now; empty while none is configured. */
            readonly secrets: readonly {
                /**
                 * @description With SECRETS_VERSION=previous the two have changed places.
                 * @enum {string}
                 */
                readonly version: "current" | "previous";
                /** @description Tells secrets apart, and nothing of them. */
                readonly fingerprint: string;
                readonly firstVerifiedAt: string | null;
                readonly lastVerifiedAt: string | null;
            }[];
        };
        /**
         * Spend
         * @description It was taken from the balance.
         */
        readonly Spend: {
            /** @description Names the spend, in the transactions too. */
            readonly spendId: string;
            /** @description A currency, lower case, or "credits". */
            readonly unit: string;
            /** @description What was taken, in minor units. */
            readonly amountMinor: number;
            readonly reason: string;
            /** @description What was left of the unit, in minor units. */
            readonly availableMinor: number;
        };
        /**
         * Start
         * @description Starting: it waits for the database, or migrates it.
         */
        readonly Start: {
            /** @enum {string} */
            readonly status: "started" | "starting";
        };
        /** Subscription */
        readonly Subscription: {
            /** @description Stripe's id of the subscription, sub_… */
            readonly id: string;
            /** @description Stripe's: active, trialing, past_due, unpaid, incomplete or paused. Only active and trialing ones entitle to anything. */
            readonly status: string;
            readonly items: readonly components["schemas"]["SubscriptionItem"][];
            /** @description Its end is scheduled. */
            readonly cancelAtPeriodEnd: boolean;
            /** @description It, or the collection of its payments, is paused. */
            readonly paused: boolean;
            /** @description When its trial ends or ended. */
            readonly trialEnd: string | null;
            /** @description When the first of its items renews. */
            readonly currentPeriodEnd: string | null;
        };
        /**
         * SubscriptionCanceled
         * @description A subscription has ended because somebody ended it.
         */
        readonly SubscriptionCanceled: {
            /** @constant */
            readonly specversion: "1.0";
            /**
             * Format: uuid
             * @description The same whenever the message is delivered again: drop those you have seen.
             */
            readonly id: string;
            /** @description The origin of PUBLIC_BASE_URL. */
            readonly source: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "subscription.canceled";
            /** @description The user, if it is about one. */
            readonly subject?: string;
            /**
             * Format: date-time
             * @description When it happened here.
             */
            readonly time: string;
            /** @constant */
            readonly datacontenttype: "application/json";
            readonly data: {
                /** @description The user of the host application; null when it is nobody of ours. */
                readonly userId: string | null;
                readonly subscriptionId: string;
                readonly customerId: string;
                /** @description Stripe's status of the subscription. */
                readonly status: string;
                /** @description What is subscribed to. */
                readonly items: readonly {
                    readonly priceId: string;
                    readonly lookupKey: string | null;
                    readonly quantity: number;
                }[];
                /** @description Its end is scheduled; true until it has come. */
                readonly cancelAtPeriodEnd: boolean;
                /** @description It, or the collection of its payments, is paused. */
                readonly paused: boolean;
                readonly trialEnd: string | null;
                readonly currentPeriodEnd: string | null;
            };
        };
        /**
         * SubscriptionCreated
         * @description A subscription is there; its status says whether it runs yet.
         */
        readonly SubscriptionCreated: {
            /** @constant */
            readonly specversion: "1.0";
            /**
             * Format: uuid
             * @description The same whenever the message is delivered again: drop those you have seen.
             */
            readonly id: string;
            /** @description The origin of PUBLIC_BASE_URL. */
            readonly source: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "subscription.created";
            /** @description The user, if it is about one. */
            readonly subject?: string;
            /**
             * Format: date-time
             * @description When it happened here.
             */
            readonly time: string;
            /** @constant */
            readonly datacontenttype: "application/json";
            readonly data: {
                /** @description The user of the host application; null when it is nobody of ours. */
                readonly userId: string | null;
                readonly subscriptionId: string;
                readonly customerId: string;
                /** @description Stripe's status of the subscription. */
                readonly status: string;
                /** @description What is subscribed to. */
                readonly items: readonly {
                    readonly priceId: string;
                    readonly lookupKey: string | null;
                    readonly quantity: number;
                }[];
                /** @description Its end is scheduled; true until it has come. */
                readonly cancelAtPeriodEnd: boolean;
                /** @description It, or the collection of its payments, is paused. */
                readonly paused: boolean;
                readonly trialEnd: string | null;
                readonly currentPeriodEnd: string | null;
            };
        };
        /**
         * SubscriptionExpired
         * @description A subscription has ended because it was not paid, or disputed.
         */
        readonly SubscriptionExpired: {
            /** @constant */
            readonly specversion: "1.0";
            /**
             * Format: uuid
             * @description The same whenever the message is delivered again: drop those you have seen.
             */
            readonly id: string;
            /** @description The origin of PUBLIC_BASE_URL. */
            readonly source: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "subscription.expired";
            /** @description The user, if it is about one. */
            readonly subject?: string;
            /**
             * Format: date-time
             * @description When it happened here.
             */
            readonly time: string;
            /** @constant */
            readonly datacontenttype: "application/json";
            readonly data: {
                /** @description The user of the host application; null when it is nobody of ours. */
                readonly userId: string | null;
                readonly subscriptionId: string;
                readonly customerId: string;
                /** @description Stripe's status of the subscription. */
                readonly status: string;
                /** @description What is subscribed to. */
                readonly items: readonly {
                    readonly priceId: string;
                    readonly lookupKey: string | null;
                    readonly quantity: number;
                }[];
                /** @description Its end is scheduled; true until it has come. */
                readonly cancelAtPeriodEnd: boolean;
                /** @description It, or the collection of its payments, is paused. */
                readonly paused: boolean;
                readonly trialEnd: string | null;
                readonly currentPeriodEnd: string | null;
            };
        };
        /** SubscriptionItem */
        readonly SubscriptionItem: {
            readonly priceId: string;
            /** @description The name of the price in the catalogue. */
            readonly lookupKey: string | null;
            readonly quantity: number;
            /** @description What the catalogue says that it entitles to, by its own names. */
            readonly entitlements: readonly string[];
        };
        /**
         * SubscriptionTrialEnding
         * @description A trial ends in three days.
         */
        readonly SubscriptionTrialEnding: {
            /** @constant */
            readonly specversion: "1.0";
            /**
             * Format: uuid
             * @description The same whenever the message is delivered again: drop those you have seen.
             */
            readonly id: string;
            /** @description The origin of PUBLIC_BASE_URL. */
            readonly source: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "subscription.trial_ending";
            /** @description The user, if it is about one. */
            readonly subject?: string;
            /**
             * Format: date-time
             * @description When it happened here.
             */
            readonly time: string;
            /** @constant */
            readonly datacontenttype: "application/json";
            readonly data: {
                /** @description The user of the host application; null when it is nobody of ours. */
                readonly userId: string | null;
                readonly subscriptionId: string;
                readonly customerId: string;
                /** @description Stripe's status of the subscription. */
                readonly status: string;
                /** @description What is subscribed to. */
                readonly items: readonly {
                    readonly priceId: string;
                    readonly lookupKey: string | null;
                    readonly quantity: number;
                }[];
                /** @description Its end is scheduled; true until it has come. */
                readonly cancelAtPeriodEnd: boolean;
                /** @description It, or the collection of its payments, is paused. */
                readonly paused: boolean;
                readonly trialEnd: string | null;
                readonly currentPeriodEnd: string | null;
            };
        };
        /**
         * SubscriptionUpdated
         * @description Something that this message tells of a subscription has changed.
         */
        readonly SubscriptionUpdated: {
            /** @constant */
            readonly specversion: "1.0";
            /**
             * Format: uuid
             * @description The same whenever the message is delivered again: drop those you have seen.
             */
            readonly id: string;
            /** @description The origin of PUBLIC_BASE_URL. */
            readonly source: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "subscription.updated";
            /** @description The user, if it is about one. */
            readonly subject?: string;
            /**
             * Format: date-time
             * @description When it happened here.
             */
            readonly time: string;
            /** @constant */
            readonly datacontenttype: "application/json";
            readonly data: {
                /** @description The user of the host application; null when it is nobody of ours. */
                readonly userId: string | null;
                readonly subscriptionId: string;
                readonly customerId: string;
                /** @description Stripe's status of the subscription. */
                readonly status: string;
                /** @description What is subscribed to. */
                readonly items: readonly {
                    readonly priceId: string;
                    readonly lookupKey: string | null;
                    readonly quantity: number;
                }[];
                /** @description Its end is scheduled; true until it has come. */
                readonly cancelAtPeriodEnd: boolean;
                /** @description It, or the collection of its payments, is paused. */
                readonly paused: boolean;
                readonly trialEnd: string | null;
                readonly currentPeriodEnd: string | null;
            };
        };
        /**
         * Subscriptions
         * @description Those that have not ended, the newest first.
         */
        readonly Subscriptions: {
            readonly userId: string;
            readonly subscriptions: readonly components["schemas"]["Subscription"][];
        };
        /** TopupTerms */
        readonly TopupTerms: {
            readonly currency: string;
            /** @description Amounts to offer. */
            readonly presetsMinor: readonly number[];
            readonly minimumMinor: number;
            readonly maximumMinor: number;
        };
        /**
         * Trace
         * @description What Stripe says, and what was received, booked and published.
         */
        readonly Trace: {
            readonly id: string;
            readonly userId: string | null;
            readonly customerId: string | null;
            readonly stripeProblem: string | null;
            readonly eventCreatedAt: string | null;
            /** @description As Stripe has them now; of a customer the last ones. */
            readonly objects: readonly {
                /** @description Stripe's name of its kind. */
                readonly object: string;
                readonly id: string;
                readonly status: string | null;
                readonly amountMinor: number | null;
                readonly currency: string | null;
                /**
                 * Format: date-time
                 * @description By Stripe's clock.
                 */
                readonly createdAt: string;
                readonly standing: ("same" | "to_be_booked" | "refused" | "differs" | "nothing_to_book") | null;
                readonly detail: string | null;
            }[];
            /** @description Received, and naming one of them; last first. */
            readonly events: readonly components["schemas"]["EventRecord"][];
            /** @description False: there was no time to look at all events. */
            readonly isEventSearchComplete: boolean;
            /** @description Booked, oldest first. */
            readonly transfers: readonly {
                readonly idempotencyKey: string;
                readonly debitAccount: string;
                readonly creditAccount: string;
                readonly unit: string;
                readonly amountMinor: number;
                readonly reason: string;
                readonly paymentId: string | null;
                /**
                 * Format: date-time
                 * @description When it was booked.
                 */
                readonly createdAt: string;
            }[];
            /** @description Told of it, oldest first; kept for 30 days. */
            readonly messages: readonly {
                readonly position: number;
                readonly messageId: string;
                readonly type: string;
                readonly userId: string | null;
                /**
                 * Format: date-time
                 * @description When what it tells of was committed.
                 */
                readonly createdAt: string;
                readonly publishedAt: string | null;
                readonly setAsideAt: string | null;
                readonly lastError: string | null;
            }[];
        };
        /** Transaction */
        readonly Transaction: {
            /** @description Names the transfer; later ones have higher numbers. */
            readonly transferId: string;
            /** @description A currency, lower case, or "credits". */
            readonly unit: string;
            /** @description What the balance changed by, in minor units: negative for what was taken. */
            readonly amountMinor: number;
            readonly reason: components["schemas"]["TransferReason"];
            readonly reference: components["schemas"]["Cause"];
            /** @description The payment that it was made for, pi_… or ch_…. */
            readonly paymentId: string | null;
            /** @description The reason that was given for a spend, a hold, an adjustment or a refund by hand. */
            readonly description: string | null;
            /** @description What was bought, or taken back of it; null where no checkout caused it. */
            readonly purchase: components["schemas"]["WhatWasBought"] | null;
            /** Format: date-time */
            readonly createdAt: string;
        };
        /**
         * TransactionPage
         * @description What has changed the balances, newest first.
         */
        readonly TransactionPage: {
            readonly transactions: readonly components["schemas"]["Transaction"][];
            /** @description Where the next page begins; null after the last one. */
            readonly nextCursor: string | null;
        };
        /** TransferOfUser */
        readonly TransferOfUser: {
            readonly transferId: string;
            /** @description Names the object that caused it. */
            readonly idempotencyKey: string;
            readonly unit: string;
            /** @description What the balance changed by: negative when taken. */
            readonly amountMinor: number;
            readonly reason: components["schemas"]["TransferReason"];
            readonly reference: {
                readonly type: string;
                readonly id: string;
            };
            readonly paymentId: string | null;
            readonly reverses: string | null;
            readonly description: string | null;
            /**
             * Format: date-time
             * @description When it was booked.
             */
            readonly createdAt: string;
        };
        /**
         * TransferReason
         * @description Why it was made. Later versions may add some.
         * @enum {string}
         */
        readonly TransferReason: "topup" | "package" | "purchase" | "subscription" | "proration" | "reversal" | "restoration" | "spend" | "hold" | "hold_captured" | "hold_released" | "hold_expired" | "grant" | "correction" | "imported" | "opening_balance";
        /**
         * TrialBalance
         * @description The whole ledger, added up.
         */
        readonly TrialBalance: {
            /** @description All sums are 0 and no account differs. */
            readonly isBalanced: boolean;
            /**
             * Format: date-time
             * @description The moment that all figures are of.
             */
            readonly asOf: string;
            /** @description How many were added up. */
            readonly transfers: number;
            /** @description How many balances of users were compared. */
            readonly accounts: number;
            readonly units: readonly {
                readonly unit: string;
                /** @description Over all accounts, users by their balances: 0 unless something is wrong. */
                readonly sumMinor: number;
                /** @description What all users together have. */
                readonly usersMinor: number;
                readonly systemAccounts: readonly {
                    readonly account: string;
                    /** @description In minor units of the unit. */
                    readonly balanceMinor: number;
                }[];
            }[];
            /** @description Accounts whose balance is not the sum of their transfers; the first 100. */
            readonly differences: readonly {
                readonly account: string;
                readonly unit: string;
                readonly balanceMinor: number | null;
                /** @description In minor units of the unit. */
                readonly transfersMinor: number;
            }[];
            readonly differencesCount: number;
        };
        /**
         * UserLedger
         * @description Everything that the ledger knows of the user; a stranger has nothing.
         */
        readonly UserLedger: {
            readonly userId: string;
            readonly customerId: string | null;
            readonly balances: readonly {
                readonly unit: string;
                readonly amountMinor: number;
            }[];
            /** @description The last 100 payments and what came back of each, newest first. */
            readonly payments: readonly components["schemas"]["Payment"][];
            /** @description Newest first, page by page. */
            readonly transfers: readonly components["schemas"]["TransferOfUser"][];
            /** @description Where the next page begins; null after the last one. */
            readonly nextCursor: string | null;
        };
        /**
         * UserOfCustomer
         * @description The customer is, or was, this user.
         */
        readonly UserOfCustomer: {
            readonly customerId: string;
            readonly userId: string;
        };
        /**
         * Version
         * @description What runs.
         */
        readonly Version: {
            readonly version: string;
            readonly node: string;
            /** @description What it was built against. */
            readonly stripeApiVersion: string;
            readonly catalogue: components["schemas"]["CatalogueState"];
        };
        /**
         * WaitingMessage
         * @description It waits to be published.
         */
        readonly WaitingMessage: {
            readonly position: number;
            /** @enum {string} */
            readonly state: "waiting";
        };
        /** WhatWasBought */
        readonly WhatWasBought: {
            /** @description topup, package, price or item. */
            readonly kind: string;
            readonly reference: string | null;
            /** @description As the buyer read it. */
            readonly name: string | null;
            readonly quantity: number;
            readonly metadata: {
                readonly [key: string]: string;
            };
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: {
        /** @description Names the request in the log. */
        readonly RequestId: string;
    };
    pathItems: never;
}
export type Account = components['schemas']['Account'];
export type Adjustment = components['schemas']['Adjustment'];
export type AdjustmentPage = components['schemas']['AdjustmentPage'];
export type Balance = components['schemas']['Balance'];
export type BalanceAdjusted = components['schemas']['BalanceAdjusted'];
export type BalanceCredited = components['schemas']['BalanceCredited'];
export type BalanceDebited = components['schemas']['BalanceDebited'];
export type BalanceRestored = components['schemas']['BalanceRestored'];
export type BalanceReversed = components['schemas']['BalanceReversed'];
export type BillingEvent = components['schemas']['BillingEvent'];
export type Capture = components['schemas']['Capture'];
export type Catalogue = components['schemas']['Catalogue'];
export type CatalogueState = components['schemas']['CatalogueState'];
export type Cause = components['schemas']['Cause'];
export type CheckoutCompleted = components['schemas']['CheckoutCompleted'];
export type CheckoutExpired = components['schemas']['CheckoutExpired'];
export type CheckoutPaymentFailed = components['schemas']['CheckoutPaymentFailed'];
export type CheckoutSession = components['schemas']['CheckoutSession'];
export type CreatedCheckoutSession = components['schemas']['CreatedCheckoutSession'];
export type DisputeClosed = components['schemas']['DisputeClosed'];
export type DisputeOpened = components['schemas']['DisputeOpened'];
export type DisputeUpdated = components['schemas']['DisputeUpdated'];
export type Effects = components['schemas']['Effects'];
export type Entitlement = components['schemas']['Entitlement'];
export type Entitlements = components['schemas']['Entitlements'];
export type EventPage = components['schemas']['EventPage'];
export type EventRecord = components['schemas']['EventRecord'];
export type EventWithPayload = components['schemas']['EventWithPayload'];
export type Grant = components['schemas']['Grant'];
export type Health = components['schemas']['Health'];
export type Hold = components['schemas']['Hold'];
export type HoldCaptured = components['schemas']['HoldCaptured'];
export type HoldExpired = components['schemas']['HoldExpired'];
export type HoldPage = components['schemas']['HoldPage'];
export type HoldPlaced = components['schemas']['HoldPlaced'];
export type HoldReleased = components['schemas']['HoldReleased'];
export type HoldStatus = components['schemas']['HoldStatus'];
export type InvoicePaid = components['schemas']['InvoicePaid'];
export type InvoicePaymentActionRequired = components['schemas']['InvoicePaymentActionRequired'];
export type InvoicePaymentFailed = components['schemas']['InvoicePaymentFailed'];
export type NewAdjustment = components['schemas']['NewAdjustment'];
export type NewCheckoutSession = components['schemas']['NewCheckoutSession'];
export type NewHold = components['schemas']['NewHold'];
export type NewPortalSession = components['schemas']['NewPortalSession'];
export type NewReconciliation = components['schemas']['NewReconciliation'];
export type NewRefund = components['schemas']['NewRefund'];
export type NewSpend = components['schemas']['NewSpend'];
export type OrderKind = components['schemas']['OrderKind'];
export type OutboxMessage = components['schemas']['OutboxMessage'];
export type OutboxPage = components['schemas']['OutboxPage'];
export type Overview = components['schemas']['Overview'];
export type Payment = components['schemas']['Payment'];
export type PaymentActionRequired = components['schemas']['PaymentActionRequired'];
export type PaymentCanceled = components['schemas']['PaymentCanceled'];
export type PaymentFailed = components['schemas']['PaymentFailed'];
export type PaymentRefunded = components['schemas']['PaymentRefunded'];
export type PaymentSuccessful = components['schemas']['PaymentSuccessful'];
export type PortalSession = components['schemas']['PortalSession'];
export type Problem = components['schemas']['Problem'];
export type ProblemCode = components['schemas']['ProblemCode'];
export type Purchase = components['schemas']['Purchase'];
export type PurchasePage = components['schemas']['PurchasePage'];
export type Readiness = components['schemas']['Readiness'];
export type Receipt = components['schemas']['Receipt'];
export type Reconciliation = components['schemas']['Reconciliation'];
export type ReconciliationKind = components['schemas']['ReconciliationKind'];
export type Reconciliations = components['schemas']['Reconciliations'];
export type Refund = components['schemas']['Refund'];
export type Replay = components['schemas']['Replay'];
export type SecretRotation = components['schemas']['SecretRotation'];
export type Spend = components['schemas']['Spend'];
export type Start = components['schemas']['Start'];
export type Subscription = components['schemas']['Subscription'];
export type SubscriptionCanceled = components['schemas']['SubscriptionCanceled'];
export type SubscriptionCreated = components['schemas']['SubscriptionCreated'];
export type SubscriptionExpired = components['schemas']['SubscriptionExpired'];
export type SubscriptionItem = components['schemas']['SubscriptionItem'];
export type SubscriptionTrialEnding = components['schemas']['SubscriptionTrialEnding'];
export type SubscriptionUpdated = components['schemas']['SubscriptionUpdated'];
export type Subscriptions = components['schemas']['Subscriptions'];
export type TopupTerms = components['schemas']['TopupTerms'];
export type Trace = components['schemas']['Trace'];
export type Transaction = components['schemas']['Transaction'];
export type TransactionPage = components['schemas']['TransactionPage'];
export type TransferOfUser = components['schemas']['TransferOfUser'];
export type TransferReason = components['schemas']['TransferReason'];
export type TrialBalance = components['schemas']['TrialBalance'];
export type UserLedger = components['schemas']['UserLedger'];
export type UserOfCustomer = components['schemas']['UserOfCustomer'];
export type Version = components['schemas']['Version'];
export type WaitingMessage = components['schemas']['WaitingMessage'];
export type WhatWasBought = components['schemas']['WhatWasBought'];
export type HeaderRequestId = components['headers']['RequestId'];
export type $defs = Record<string, never>;
export interface operations {
    readonly getHealth: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description It serves. */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Health"];
                };
            };
            /** @description validation_failed: The request does not have the expected shape */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly getStart: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Starting: it waits for the database, or migrates it. */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Start"];
                };
            };
            /** @description validation_failed: The request does not have the expected shape */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Starting: it waits for the database, or migrates it. */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Start"];
                };
            };
        };
    };
    readonly getReadiness: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description What is there and what is missing. */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description validation_failed: The request does not have the expected shape */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What is there and what is missing. */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Readiness"];
                };
            };
        };
    };
    readonly getVersion: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description What runs. */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Version"];
                };
            };
            /** @description validation_failed: The request does not have the expected shape */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly receiveStripeEvent: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                readonly "stripe-signature"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The event is recorded; Stripe is done with it. */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Receipt"];
                };
            };
            /** @description stripe_signature_missing: The Stripe-Signature header is missing; stripe_signature_malformed: The Stripe-Signature header cannot be read; stripe_signature_mismatch: The signature matches none of the webhook secrets; stripe_signature_expired: The signature is too old; stripe_signature_from_future: The signature is from the future; stripe_event_malformed: The signed body is not a Stripe event; stripe_event_wrong_mode: The event is of the other Stripe mode */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description method_not_allowed: The method is not allowed on this path */
            readonly 405: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large: The body is too large */
            readonly 413: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type: The content type is not JSON */
            readonly 415: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description database_unavailable: The database cannot be reached; statement_timed_out: The database took too long; secrets_unavailable: Secrets Manager cannot be asked; overloaded: The service has more to do than it can take on */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly createCheckoutSession: {
        readonly parameters: {
            readonly query?: {
                /** @description The user to act for; another than the sub of the token needs the scope accounts:write. */
                readonly userId?: string;
            };
            readonly header?: {
                /** @description Names this request, for repeating it without a second effect: the same key with the same body has the same answer, for 7 days, with the header Idempotency-Replayed: true. 1 to 255 printable ASCII characters. */
                readonly "idempotency-key"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        /** @description Exactly one of topup, package, price, item. */
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NewCheckoutSession"];
            };
        };
        readonly responses: {
            /** @description The session is open; the buyer can pay. */
            readonly 201: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "cs_test_a1bSdlAu",
                     *       "url": "https://checkout.stripe.com/c/pay/cs_test_a1bSdlAu",
                     *       "expiresAt": "2026-05-05T12:00:00.000Z",
                     *       "customerId": "cus_QXg1o8vlGmNQvw"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["CreatedCheckoutSession"];
                };
            };
            /** @description malformed_json: The body is not JSON; validation_failed: The request does not have the expected shape */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_missing: There is no bearer token; token_invalid: The bearer token is not valid; token_expired: The bearer token has expired */
            readonly 401: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing: The token lacks a scope */
            readonly 403: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description already_subscribed: The user has this subscription already; already_purchased: The user has bought this already; purchase_under_way: This is just being sold to the user; checkout_session_expired: The session that this Idempotency-Key began has expired; idempotency_key_in_use: The first request with this Idempotency-Key is still under way */
            readonly 409: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large: The body is too large */
            readonly 413: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type: The content type is not JSON */
            readonly 415: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description currency_not_supported: This currency cannot be topped up; amount_below_minimum: The amount is below the minimum of its currency; amount_above_maximum: The amount is above the maximum of one charge; package_unknown: There is no such package; price_unknown: There is no such price; price_inactive: This price is not for sale any more; order_rejected: Stripe does not sell this in this way; item_unknown: There is no such item; redirect_url_not_allowed: The buyer may not be sent to this URL; idempotency_key_reused: The Idempotency-Key was used for another request */
            readonly 422: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited: Too many requests */
            readonly 429: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description stripe_customer_missing: Stripe no longer has the customer of this user; stripe_request_rejected: Stripe did not accept our request */
            readonly 502: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_keys_unavailable: The keys that verify tokens cannot be fetched; secrets_unavailable: Secrets Manager cannot be asked; overloaded: The service has more to do than it can take on; checkout_disabled: Nothing is sold at the moment; stripe_secret_key_not_configured: STRIPE_SECRET_KEY not configured; stripe_secret_key_rejected: Stripe rejected STRIPE_SECRET_KEY; stripe_account_mismatch: STRIPE_SECRET_KEY is of another Stripe account; stripe_permission_missing: STRIPE_SECRET_KEY lacks a permission; stripe_unavailable: Stripe cannot be reached or is limiting our rate; database_unavailable: The database cannot be reached; statement_timed_out: The database took too long */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly getCheckoutSession: {
        readonly parameters: {
            readonly query?: {
                /** @description The user to act for; another than the sub of the token needs the scope accounts:write. */
                readonly userId?: string;
            };
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The session as it is now. */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "cs_test_a1bSdlAu",
                     *       "status": "complete",
                     *       "paymentStatus": "paid",
                     *       "amountMinor": 1000,
                     *       "currency": "usd",
                     *       "kind": "package",
                     *       "reference": "starter",
                     *       "name": "1,000 credits",
                     *       "quantity": 1,
                     *       "priceId": null,
                     *       "metadata": {},
                     *       "customerId": "cus_QXg1o8vlGmNQvw",
                     *       "subscriptionId": null,
                     *       "granted": [
                     *         {
                     *           "unit": "credits",
                     *           "amountMinor": 1000
                     *         }
                     *       ],
                     *       "url": null,
                     *       "expiresAt": "2026-05-05T12:00:00.000Z"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["CheckoutSession"];
                };
            };
            /** @description validation_failed: The request does not have the expected shape */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_missing: There is no bearer token; token_invalid: The bearer token is not valid; token_expired: The bearer token has expired */
            readonly 401: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing: The token lacks a scope */
            readonly 403: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description checkout_session_not_found: This user has no such checkout session */
            readonly 404: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited: Too many requests */
            readonly 429: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_keys_unavailable: The keys that verify tokens cannot be fetched; secrets_unavailable: Secrets Manager cannot be asked; overloaded: The service has more to do than it can take on; database_unavailable: The database cannot be reached; statement_timed_out: The database took too long */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly getCatalogue: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Amounts are in minor units of their currencies. */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "topups": [
                     *         {
                     *           "currency": "usd",
                     *           "presetsMinor": [
                     *             500,
                     *             1000,
                     *             2000
                     *           ],
                     *           "minimumMinor": 50,
                     *           "maximumMinor": 99999999
                     *         }
                     *       ],
                     *       "packages": [
                     *         {
                     *           "id": "starter",
                     *           "name": "1,000 credits",
                     *           "credits": 1000,
                     *           "currency": "usd",
                     *           "amountMinor": 1000
                     *         }
                     *       ],
                     *       "prices": [],
                     *       "items": [
                     *         {
                     *           "reference": "sticker",
                     *           "name": "A sticker",
                     *           "currency": "usd",
                     *           "amountMinor": 300
                     *         }
                     *       ]
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Catalogue"];
                };
            };
            /** @description token_missing: There is no bearer token; token_invalid: The bearer token is not valid; token_expired: The bearer token has expired */
            readonly 401: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited: Too many requests */
            readonly 429: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_keys_unavailable: The keys that verify tokens cannot be fetched; secrets_unavailable: Secrets Manager cannot be asked; overloaded: The service has more to do than it can take on */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly getAccount: {
        readonly parameters: {
            readonly query?: {
                /** @description The user to act for; another than the sub of the token needs the scope accounts:write. */
                readonly userId?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description What the user has. */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "userId": "buyer-1",
                     *       "balances": [
                     *         {
                     *           "unit": "usd",
                     *           "amountMinor": 2500
                     *         }
                     *       ]
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Account"];
                };
            };
            /** @description validation_failed: The request does not have the expected shape */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_missing: There is no bearer token; token_invalid: The bearer token is not valid; token_expired: The bearer token has expired */
            readonly 401: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing: The token lacks a scope */
            readonly 403: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited: Too many requests */
            readonly 429: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_keys_unavailable: The keys that verify tokens cannot be fetched; secrets_unavailable: Secrets Manager cannot be asked; overloaded: The service has more to do than it can take on; database_unavailable: The database cannot be reached; statement_timed_out: The database took too long */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly listTransactions: {
        readonly parameters: {
            readonly query?: {
                /** @description The user to act for; another than the sub of the token needs the scope accounts:write. */
                readonly userId?: string;
                /** @description How many to return at most. */
                readonly limit?: number;
                /** @description The nextCursor of the page before; left out, the newest come first. */
                readonly cursor?: string;
                /** @description A currency (ISO 4217) or "credits". */
                readonly unit?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description What has changed the balances, newest first. */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "transactions": [
                     *         {
                     *           "transferId": "7",
                     *           "unit": "credits",
                     *           "amountMinor": -100,
                     *           "reason": "spend",
                     *           "reference": {
                     *             "type": "spend",
                     *             "id": "6a1f0c7e-0b1d-4c53-9d1e-0d6f6f6f3c11"
                     *           },
                     *           "paymentId": null,
                     *           "description": "message 1",
                     *           "purchase": null,
                     *           "createdAt": "2026-05-04T12:00:00.000Z"
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    readonly "application/json": components["schemas"]["TransactionPage"];
                };
            };
            /** @description validation_failed: The request does not have the expected shape */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_missing: There is no bearer token; token_invalid: The bearer token is not valid; token_expired: The bearer token has expired */
            readonly 401: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing: The token lacks a scope */
            readonly 403: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited: Too many requests */
            readonly 429: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_keys_unavailable: The keys that verify tokens cannot be fetched; secrets_unavailable: Secrets Manager cannot be asked; overloaded: The service has more to do than it can take on; database_unavailable: The database cannot be reached; statement_timed_out: The database took too long */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly listPurchases: {
        readonly parameters: {
            readonly query?: {
                /** @description The user to act for; another than the sub of the token needs the scope accounts:write. */
                readonly userId?: string;
                /** @description How many to return at most. */
                readonly limit?: number;
                /** @description The nextCursor of the page before; left out, the newest come first. */
                readonly cursor?: string;
                /** @description Of this package, price or item alone. */
                readonly reference?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page of purchases. */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PurchasePage"];
                };
            };
            /** @description validation_failed: The request does not have the expected shape */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_missing: There is no bearer token; token_invalid: The bearer token is not valid; token_expired: The bearer token has expired */
            readonly 401: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing: The token lacks a scope */
            readonly 403: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited: Too many requests */
            readonly 429: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_keys_unavailable: The keys that verify tokens cannot be fetched; secrets_unavailable: Secrets Manager cannot be asked; overloaded: The service has more to do than it can take on; database_unavailable: The database cannot be reached; statement_timed_out: The database took too long */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly spend: {
        readonly parameters: {
            readonly query?: {
                /** @description The user to act for; another than the sub of the token needs the scope accounts:write. */
                readonly userId?: string;
            };
            readonly header: {
                /** @description Names this request, for repeating it without a second effect: the same key with the same body has the same answer, for 7 days, with the header Idempotency-Replayed: true. 1 to 255 printable ASCII characters. */
                readonly "idempotency-key": string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "unit": "credits",
                 *       "amountMinor": 100,
                 *       "reason": "message 1"
                 *     }
                 */
                readonly "application/json": components["schemas"]["NewSpend"];
            };
        };
        readonly responses: {
            /** @description It was taken from the balance. */
            readonly 201: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Spend"];
                };
            };
            /** @description malformed_json: The body is not JSON; validation_failed: The request does not have the expected shape; idempotency_key_missing: The Idempotency-Key header is missing */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_missing: There is no bearer token; token_invalid: The bearer token is not valid; token_expired: The bearer token has expired */
            readonly 401: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing: The token lacks a scope */
            readonly 403: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_funds: The user does not have that much; idempotency_key_in_use: The first request with this Idempotency-Key is still under way */
            readonly 409: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large: The body is too large */
            readonly 413: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type: The content type is not JSON */
            readonly 415: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description idempotency_key_reused: The Idempotency-Key was used for another request */
            readonly 422: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited: Too many requests */
            readonly 429: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_keys_unavailable: The keys that verify tokens cannot be fetched; secrets_unavailable: Secrets Manager cannot be asked; overloaded: The service has more to do than it can take on; row_locked: Somebody else is changing the same thing; database_unavailable: The database cannot be reached; statement_timed_out: The database took too long */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly listHolds: {
        readonly parameters: {
            readonly query?: {
                /** @description The user to act for; another than the sub of the token needs the scope accounts:write. */
                readonly userId?: string;
                /** @description How many to return at most. */
                readonly limit?: number;
                /** @description The nextCursor of the page before; left out, the newest come first. */
                readonly cursor?: string;
                readonly status?: components["schemas"]["HoldStatus"];
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page of them. */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["HoldPage"];
                };
            };
            /** @description validation_failed: The request does not have the expected shape */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_missing: There is no bearer token; token_invalid: The bearer token is not valid; token_expired: The bearer token has expired */
            readonly 401: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing: The token lacks a scope */
            readonly 403: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited: Too many requests */
            readonly 429: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_keys_unavailable: The keys that verify tokens cannot be fetched; secrets_unavailable: Secrets Manager cannot be asked; overloaded: The service has more to do than it can take on; database_unavailable: The database cannot be reached; statement_timed_out: The database took too long */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly placeHold: {
        readonly parameters: {
            readonly query?: {
                /** @description The user to act for; another than the sub of the token needs the scope accounts:write. */
                readonly userId?: string;
            };
            readonly header: {
                /** @description Names this request, for repeating it without a second effect: the same key with the same body has the same answer, for 7 days, with the header Idempotency-Replayed: true. 1 to 255 printable ASCII characters. */
                readonly "idempotency-key": string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "unit": "credits",
                 *       "amountMinor": 100,
                 *       "reason": "image 1",
                 *       "expiresInSeconds": 600
                 *     }
                 */
                readonly "application/json": components["schemas"]["NewHold"];
            };
        };
        readonly responses: {
            /** @description It is reserved. */
            readonly 201: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Hold"];
                };
            };
            /** @description malformed_json: The body is not JSON; validation_failed: The request does not have the expected shape; idempotency_key_missing: The Idempotency-Key header is missing */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_missing: There is no bearer token; token_invalid: The bearer token is not valid; token_expired: The bearer token has expired */
            readonly 401: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing: The token lacks a scope */
            readonly 403: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_funds: The user does not have that much; idempotency_key_in_use: The first request with this Idempotency-Key is still under way */
            readonly 409: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large: The body is too large */
            readonly 413: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type: The content type is not JSON */
            readonly 415: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description idempotency_key_reused: The Idempotency-Key was used for another request */
            readonly 422: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited: Too many requests */
            readonly 429: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_keys_unavailable: The keys that verify tokens cannot be fetched; secrets_unavailable: Secrets Manager cannot be asked; overloaded: The service has more to do than it can take on; row_locked: Somebody else is changing the same thing; database_unavailable: The database cannot be reached; statement_timed_out: The database took too long */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly getHold: {
        readonly parameters: {
            readonly query?: {
                /** @description The user to act for; another than the sub of the token needs the scope accounts:write. */
                readonly userId?: string;
            };
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The hold as it is now. */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Hold"];
                };
            };
            /** @description validation_failed: The request does not have the expected shape */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_missing: There is no bearer token; token_invalid: The bearer token is not valid; token_expired: The bearer token has expired */
            readonly 401: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing: The token lacks a scope */
            readonly 403: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description hold_not_found: This user has no such hold */
            readonly 404: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited: Too many requests */
            readonly 429: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_keys_unavailable: The keys that verify tokens cannot be fetched; secrets_unavailable: Secrets Manager cannot be asked; overloaded: The service has more to do than it can take on; database_unavailable: The database cannot be reached; statement_timed_out: The database took too long */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly captureHold: {
        readonly parameters: {
            readonly query?: {
                /** @description The user to act for; another than the sub of the token needs the scope accounts:write. */
                readonly userId?: string;
            };
            readonly header?: {
                /** @description Names this request, for repeating it without a second effect: the same key with the same body has the same answer, for 7 days, with the header Idempotency-Replayed: true. 1 to 255 printable ASCII characters. */
                readonly "idempotency-key"?: string;
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "amountMinor": 80
                 *     }
                 */
                readonly "application/json": components["schemas"]["Capture"];
            };
        };
        readonly responses: {
            /** @description It is captured. */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Hold"];
                };
            };
            /** @description malformed_json: The body is not JSON; validation_failed: The request does not have the expected shape; validation_failed: The request does not have the expected shape */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_missing: There is no bearer token; token_invalid: The bearer token is not valid; token_expired: The bearer token has expired */
            readonly 401: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing: The token lacks a scope */
            readonly 403: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description hold_not_found: This user has no such hold */
            readonly 404: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description hold_already_captured: The hold was captured before; hold_expired: The hold has expired; hold_already_released: The hold was released before; idempotency_key_in_use: The first request with this Idempotency-Key is still under way */
            readonly 409: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large: The body is too large */
            readonly 413: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type: The content type is not JSON */
            readonly 415: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description capture_exceeds_hold: More is to be captured than is held; idempotency_key_reused: The Idempotency-Key was used for another request */
            readonly 422: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited: Too many requests */
            readonly 429: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_keys_unavailable: The keys that verify tokens cannot be fetched; secrets_unavailable: Secrets Manager cannot be asked; overloaded: The service has more to do than it can take on; database_unavailable: The database cannot be reached; statement_timed_out: The database took too long; row_locked: Somebody else is changing the same thing */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly releaseHold: {
        readonly parameters: {
            readonly query?: {
                /** @description The user to act for; another than the sub of the token needs the scope accounts:write. */
                readonly userId?: string;
            };
            readonly header?: {
                /** @description Names this request, for repeating it without a second effect: the same key with the same body has the same answer, for 7 days, with the header Idempotency-Replayed: true. 1 to 255 printable ASCII characters. */
                readonly "idempotency-key"?: string;
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": Record<string, never>;
            };
        };
        readonly responses: {
            /** @description Nothing is held any more. */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Hold"];
                };
            };
            /** @description malformed_json: The body is not JSON; validation_failed: The request does not have the expected shape; validation_failed: The request does not have the expected shape */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_missing: There is no bearer token; token_invalid: The bearer token is not valid; token_expired: The bearer token has expired */
            readonly 401: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing: The token lacks a scope */
            readonly 403: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description hold_not_found: This user has no such hold */
            readonly 404: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description hold_already_captured: The hold was captured before; idempotency_key_in_use: The first request with this Idempotency-Key is still under way */
            readonly 409: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large: The body is too large */
            readonly 413: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type: The content type is not JSON */
            readonly 415: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description idempotency_key_reused: The Idempotency-Key was used for another request */
            readonly 422: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited: Too many requests */
            readonly 429: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_keys_unavailable: The keys that verify tokens cannot be fetched; secrets_unavailable: Secrets Manager cannot be asked; overloaded: The service has more to do than it can take on; database_unavailable: The database cannot be reached; statement_timed_out: The database took too long; row_locked: Somebody else is changing the same thing */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly getOverview: {
        readonly parameters: {
            readonly query?: {
                /** @description Count what moved from here. Default: the begin of the day, UTC. */
                readonly since?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description How the service stands. */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Overview"];
                };
            };
            /** @description validation_failed: The request does not have the expected shape */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_missing: There is no bearer token; token_invalid: The bearer token is not valid; token_expired: The bearer token has expired */
            readonly 401: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing: The token lacks a scope */
            readonly 403: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited: Too many requests */
            readonly 429: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_keys_unavailable: The keys that verify tokens cannot be fetched; secrets_unavailable: Secrets Manager cannot be asked; overloaded: The service has more to do than it can take on; database_unavailable: The database cannot be reached; statement_timed_out: The database took too long */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly listEvents: {
        readonly parameters: {
            readonly query?: {
                readonly status?: "processed" | "ignored" | "pending" | "failed";
                /** @description evt_… */
                readonly type?: string;
                /** @description Received at this time or later. */
                readonly since?: string;
                /** @description Received before this time. */
                readonly until?: string;
                /** @description The id of an object that the payload names, itself or in passing. */
                readonly about?: string;
                /** @description A user whom the payload names, or whose customer or payment (the last 100). */
                readonly ofUser?: string;
                /** @description How many to return at most. */
                readonly limit?: number;
                /** @description evt_… */
                readonly cursor?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page of events, without their payloads. */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["EventPage"];
                };
            };
            /** @description validation_failed: The request does not have the expected shape */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_missing: There is no bearer token; token_invalid: The bearer token is not valid; token_expired: The bearer token has expired */
            readonly 401: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing: The token lacks a scope */
            readonly 403: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited: Too many requests */
            readonly 429: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_keys_unavailable: The keys that verify tokens cannot be fetched; secrets_unavailable: Secrets Manager cannot be asked; overloaded: The service has more to do than it can take on; database_unavailable: The database cannot be reached; statement_timed_out: The database took too long */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly getEvent: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description evt_… */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description All that is recorded of the event. */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["EventWithPayload"];
                };
            };
            /** @description validation_failed: The request does not have the expected shape */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_missing: There is no bearer token; token_invalid: The bearer token is not valid; token_expired: The bearer token has expired */
            readonly 401: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing: The token lacks a scope */
            readonly 403: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description event_not_found: No such event has been recorded */
            readonly 404: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited: Too many requests */
            readonly 429: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_keys_unavailable: The keys that verify tokens cannot be fetched; secrets_unavailable: Secrets Manager cannot be asked; overloaded: The service has more to do than it can take on; database_unavailable: The database cannot be reached; statement_timed_out: The database took too long */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly replayEvent: {
        readonly parameters: {
            readonly query?: {
                readonly dryRun?: boolean;
            };
            readonly header?: {
                /** @description Names this request, for repeating it without a second effect: the same key with the same body has the same answer, for 7 days, with the header Idempotency-Replayed: true. 1 to 255 printable ASCII characters. */
                readonly "idempotency-key"?: string;
            };
            readonly path: {
                /** @description evt_… */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description What came of the replay. */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Replay"];
                };
            };
            /** @description validation_failed: The request does not have the expected shape */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_missing: There is no bearer token; token_invalid: The bearer token is not valid; token_expired: The bearer token has expired */
            readonly 401: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing: The token lacks a scope */
            readonly 403: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description event_not_found: No such event has been recorded */
            readonly 404: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description event_payload_pruned: The payload of the event is no longer kept; event_still_fails: The event cannot be handled now either; processing_paused: The handling of events is paused; idempotency_key_in_use: The first request with this Idempotency-Key is still under way */
            readonly 409: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description idempotency_key_reused: The Idempotency-Key was used for another request */
            readonly 422: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited: Too many requests */
            readonly 429: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description stripe_customer_missing: Stripe no longer has the customer of this user; stripe_request_rejected: Stripe did not accept our request */
            readonly 502: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_keys_unavailable: The keys that verify tokens cannot be fetched; secrets_unavailable: Secrets Manager cannot be asked; overloaded: The service has more to do than it can take on; database_unavailable: The database cannot be reached; statement_timed_out: The database took too long; row_locked: Somebody else is changing the same thing; stripe_secret_key_not_configured: STRIPE_SECRET_KEY not configured; stripe_secret_key_rejected: Stripe rejected STRIPE_SECRET_KEY; stripe_account_mismatch: STRIPE_SECRET_KEY is of another Stripe account; stripe_permission_missing: STRIPE_SECRET_KEY lacks a permission; stripe_unavailable: Stripe cannot be reached or is limiting our rate */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly listOutbox: {
        readonly parameters: {
            readonly query?: {
                /** @description set_aside: could not be published and needs a person. */
                readonly state?: "waiting" | "set_aside";
                /** @description Such as balance.credited. */
                readonly type?: string;
                readonly ofUser?: string;
                /** @description How many to return at most. */
                readonly limit?: number;
                /** @description The nextCursor of the page before; left out, the newest come first. */
                readonly cursor?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page of messages that have not been published. */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["OutboxPage"];
                };
            };
            /** @description validation_failed: The request does not have the expected shape */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_missing: There is no bearer token; token_invalid: The bearer token is not valid; token_expired: The bearer token has expired */
            readonly 401: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing: The token lacks a scope */
            readonly 403: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited: Too many requests */
            readonly 429: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_keys_unavailable: The keys that verify tokens cannot be fetched; secrets_unavailable: Secrets Manager cannot be asked; overloaded: The service has more to do than it can take on; database_unavailable: The database cannot be reached; statement_timed_out: The database took too long */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly retryMessage: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this request, for repeating it without a second effect: the same key with the same body has the same answer, for 7 days, with the header Idempotency-Replayed: true. 1 to 255 printable ASCII characters. */
                readonly "idempotency-key"?: string;
            };
            readonly path: {
                /** @description The position, a number. */
                readonly position: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description It waits to be published. */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["WaitingMessage"];
                };
            };
            /** @description validation_failed: The request does not have the expected shape */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_missing: There is no bearer token; token_invalid: The bearer token is not valid; token_expired: The bearer token has expired */
            readonly 401: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing: The token lacks a scope */
            readonly 403: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description message_not_found: No such message is in the outbox */
            readonly 404: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description message_not_set_aside: The message has not been set aside; idempotency_key_in_use: The first request with this Idempotency-Key is still under way */
            readonly 409: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description idempotency_key_reused: The Idempotency-Key was used for another request */
            readonly 422: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited: Too many requests */
            readonly 429: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_keys_unavailable: The keys that verify tokens cannot be fetched; secrets_unavailable: Secrets Manager cannot be asked; overloaded: The service has more to do than it can take on; database_unavailable: The database cannot be reached; statement_timed_out: The database took too long */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly getUserLedger: {
        readonly parameters: {
            readonly query?: {
                /** @description How many to return at most. */
                readonly limit?: number;
                /** @description The nextCursor of the page before; left out, the newest come first. */
                readonly cursor?: string;
            };
            readonly header?: never;
            readonly path: {
                readonly userId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Everything that the ledger knows of the user; a stranger has nothing. */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["UserLedger"];
                };
            };
            /** @description validation_failed: The request does not have the expected shape */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_missing: There is no bearer token; token_invalid: The bearer token is not valid; token_expired: The bearer token has expired */
            readonly 401: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing: The token lacks a scope */
            readonly 403: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited: Too many requests */
            readonly 429: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_keys_unavailable: The keys that verify tokens cannot be fetched; secrets_unavailable: Secrets Manager cannot be asked; overloaded: The service has more to do than it can take on; database_unavailable: The database cannot be reached; statement_timed_out: The database took too long */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly getCustomer: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly customerId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The customer is, or was, this user. */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["UserOfCustomer"];
                };
            };
            /** @description validation_failed: The request does not have the expected shape */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_missing: There is no bearer token; token_invalid: The bearer token is not valid; token_expired: The bearer token has expired */
            readonly 401: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing: The token lacks a scope */
            readonly 403: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description customer_unknown: No user is known to be this Stripe customer */
            readonly 404: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited: Too many requests */
            readonly 429: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_keys_unavailable: The keys that verify tokens cannot be fetched; secrets_unavailable: Secrets Manager cannot be asked; overloaded: The service has more to do than it can take on; database_unavailable: The database cannot be reached; statement_timed_out: The database took too long */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly getTrialBalance: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The whole ledger, added up. */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["TrialBalance"];
                };
            };
            /** @description validation_failed: The request does not have the expected shape */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_missing: There is no bearer token; token_invalid: The bearer token is not valid; token_expired: The bearer token has expired */
            readonly 401: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing: The token lacks a scope */
            readonly 403: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited: Too many requests */
            readonly 429: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_keys_unavailable: The keys that verify tokens cannot be fetched; secrets_unavailable: Secrets Manager cannot be asked; overloaded: The service has more to do than it can take on; database_unavailable: The database cannot be reached; statement_timed_out: The database took too long; overloaded: The service has more to do than it can take on */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly adjustBalance: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                /** @description Names this request, for repeating it without a second effect: the same key with the same body has the same answer, for 7 days, with the header Idempotency-Replayed: true. 1 to 255 printable ASCII characters. */
                readonly "idempotency-key": string;
            };
            readonly path: {
                readonly userId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "kind": "grant",
                 *       "unit": "credits",
                 *       "amountMinor": 500,
                 *       "reason": "a late delivery"
                 *     }
                 */
                readonly "application/json": components["schemas"]["NewAdjustment"];
            };
        };
        readonly responses: {
            /** @description It is in the ledger. */
            readonly 201: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Adjustment"];
                };
            };
            /** @description It waits for a second person. */
            readonly 202: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Adjustment"];
                };
            };
            /** @description malformed_json: The body is not JSON; validation_failed: The request does not have the expected shape; validation_failed: The request does not have the expected shape; idempotency_key_missing: The Idempotency-Key header is missing */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_missing: There is no bearer token; token_invalid: The bearer token is not valid; token_expired: The bearer token has expired */
            readonly 401: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing: The token lacks a scope */
            readonly 403: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_funds: The user does not have that much; idempotency_key_in_use: The first request with this Idempotency-Key is still under way */
            readonly 409: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large: The body is too large */
            readonly 413: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type: The content type is not JSON */
            readonly 415: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description idempotency_key_reused: The Idempotency-Key was used for another request */
            readonly 422: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited: Too many requests */
            readonly 429: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_keys_unavailable: The keys that verify tokens cannot be fetched; secrets_unavailable: Secrets Manager cannot be asked; overloaded: The service has more to do than it can take on; database_unavailable: The database cannot be reached; statement_timed_out: The database took too long; row_locked: Somebody else is changing the same thing */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly approveAdjustment: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this request, for repeating it without a second effect: the same key with the same body has the same answer, for 7 days, with the header Idempotency-Replayed: true. 1 to 255 printable ASCII characters. */
                readonly "idempotency-key"?: string;
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description It is in the ledger. */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Adjustment"];
                };
            };
            /** @description validation_failed: The request does not have the expected shape */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_missing: There is no bearer token; token_invalid: The bearer token is not valid; token_expired: The bearer token has expired */
            readonly 401: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing: The token lacks a scope; second_person_needed: Somebody else has to approve this */
            readonly 403: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description adjustment_not_found: No such adjustment is recorded */
            readonly 404: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description adjustment_decided: The adjustment has been decided already; insufficient_funds: The user does not have that much; idempotency_key_in_use: The first request with this Idempotency-Key is still under way */
            readonly 409: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description idempotency_key_reused: The Idempotency-Key was used for another request */
            readonly 422: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited: Too many requests */
            readonly 429: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_keys_unavailable: The keys that verify tokens cannot be fetched; secrets_unavailable: Secrets Manager cannot be asked; overloaded: The service has more to do than it can take on; database_unavailable: The database cannot be reached; statement_timed_out: The database took too long; row_locked: Somebody else is changing the same thing */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly declineAdjustment: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this request, for repeating it without a second effect: the same key with the same body has the same answer, for 7 days, with the header Idempotency-Replayed: true. 1 to 255 printable ASCII characters. */
                readonly "idempotency-key"?: string;
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description It is declined. */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Adjustment"];
                };
            };
            /** @description validation_failed: The request does not have the expected shape */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_missing: There is no bearer token; token_invalid: The bearer token is not valid; token_expired: The bearer token has expired */
            readonly 401: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing: The token lacks a scope; second_person_needed: Somebody else has to approve this */
            readonly 403: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description adjustment_not_found: No such adjustment is recorded */
            readonly 404: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description adjustment_decided: The adjustment has been decided already; insufficient_funds: The user does not have that much; idempotency_key_in_use: The first request with this Idempotency-Key is still under way */
            readonly 409: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description idempotency_key_reused: The Idempotency-Key was used for another request */
            readonly 422: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited: Too many requests */
            readonly 429: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_keys_unavailable: The keys that verify tokens cannot be fetched; secrets_unavailable: Secrets Manager cannot be asked; overloaded: The service has more to do than it can take on; database_unavailable: The database cannot be reached; statement_timed_out: The database took too long; row_locked: Somebody else is changing the same thing */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly listAdjustments: {
        readonly parameters: {
            readonly query?: {
                /** @description How many to return at most. */
                readonly limit?: number;
                /** @description The nextCursor of the page before; left out, the newest come first. */
                readonly cursor?: string;
                readonly status?: "pending" | "posted" | "declined";
                readonly ofUser?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page of adjustments. */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AdjustmentPage"];
                };
            };
            /** @description validation_failed: The request does not have the expected shape */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_missing: There is no bearer token; token_invalid: The bearer token is not valid; token_expired: The bearer token has expired */
            readonly 401: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing: The token lacks a scope */
            readonly 403: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited: Too many requests */
            readonly 429: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_keys_unavailable: The keys that verify tokens cannot be fetched; secrets_unavailable: Secrets Manager cannot be asked; overloaded: The service has more to do than it can take on; database_unavailable: The database cannot be reached; statement_timed_out: The database took too long */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly refundPayment: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                /** @description Names this request, for repeating it without a second effect: the same key with the same body has the same answer, for 7 days, with the header Idempotency-Replayed: true. 1 to 255 printable ASCII characters. */
                readonly "idempotency-key": string;
            };
            readonly path: {
                readonly paymentId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "part": "unused",
                 *       "reason": "refunded what you had not used"
                 *     }
                 */
                readonly "application/json": components["schemas"]["NewRefund"];
            };
        };
        readonly responses: {
            /** @description Stripe has taken it; what the payment had granted is taken back in proportion. */
            readonly 201: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Refund"];
                };
            };
            /** @description malformed_json: The body is not JSON; validation_failed: The request does not have the expected shape; validation_failed: The request does not have the expected shape; idempotency_key_missing: The Idempotency-Key header is missing */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_missing: There is no bearer token; token_invalid: The bearer token is not valid; token_expired: The bearer token has expired */
            readonly 401: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing: The token lacks a scope */
            readonly 403: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description payment_not_found: No such payment is booked */
            readonly 404: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description nothing_to_refund: Nothing of this payment can be refunded; refund_rejected: Stripe does not refund this payment; processing_paused: The handling of events is paused; idempotency_key_in_use: The first request with this Idempotency-Key is still under way */
            readonly 409: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large: The body is too large */
            readonly 413: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type: The content type is not JSON */
            readonly 415: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description refund_exceeds_payment: More is to be refunded than is left of the payment; idempotency_key_reused: The Idempotency-Key was used for another request */
            readonly 422: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited: Too many requests */
            readonly 429: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description stripe_customer_missing: Stripe no longer has the customer of this user; stripe_request_rejected: Stripe did not accept our request */
            readonly 502: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_keys_unavailable: The keys that verify tokens cannot be fetched; secrets_unavailable: Secrets Manager cannot be asked; overloaded: The service has more to do than it can take on; database_unavailable: The database cannot be reached; statement_timed_out: The database took too long; row_locked: Somebody else is changing the same thing; stripe_secret_key_not_configured: STRIPE_SECRET_KEY not configured; stripe_secret_key_rejected: Stripe rejected STRIPE_SECRET_KEY; stripe_account_mismatch: STRIPE_SECRET_KEY is of another Stripe account; stripe_permission_missing: STRIPE_SECRET_KEY lacks a permission; stripe_unavailable: Stripe cannot be reached or is limiting our rate */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly listReconciliations: {
        readonly parameters: {
            readonly query?: {
                /** @description events: those that Stripe could not deliver; objects: sessions, charges, refunds, disputes, paid invoices and subscriptions, and the balances of all accounts. */
                readonly kind?: components["schemas"]["ReconciliationKind"];
                /** @description How many to return at most. */
                readonly limit?: number;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Kept for 30 days. */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Reconciliations"];
                };
            };
            /** @description validation_failed: The request does not have the expected shape */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_missing: There is no bearer token; token_invalid: The bearer token is not valid; token_expired: The bearer token has expired */
            readonly 401: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing: The token lacks a scope */
            readonly 403: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited: Too many requests */
            readonly 429: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_keys_unavailable: The keys that verify tokens cannot be fetched; secrets_unavailable: Secrets Manager cannot be asked; overloaded: The service has more to do than it can take on; database_unavailable: The database cannot be reached; statement_timed_out: The database took too long */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly startReconciliation: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this request, for repeating it without a second effect: the same key with the same body has the same answer, for 7 days, with the header Idempotency-Replayed: true. 1 to 255 printable ASCII characters. */
                readonly "idempotency-key"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "kind": "objects",
                 *       "since": "2026-05-04T00:00:00Z"
                 *     }
                 */
                readonly "application/json": components["schemas"]["NewReconciliation"];
            };
        };
        readonly responses: {
            /** @description A run of a reconciliation with Stripe. */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Reconciliation"];
                };
            };
            /** @description A run of a reconciliation with Stripe. */
            readonly 202: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Reconciliation"];
                };
            };
            /** @description malformed_json: The body is not JSON; validation_failed: The request does not have the expected shape; validation_failed: The request does not have the expected shape; reconciliation_range_invalid: Nothing can be reconciled for this range of time */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_missing: There is no bearer token; token_invalid: The bearer token is not valid; token_expired: The bearer token has expired */
            readonly 401: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing: The token lacks a scope */
            readonly 403: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description reconciliation_running: A reconciliation of this kind is under way; processing_paused: The handling of events is paused; idempotency_key_in_use: The first request with this Idempotency-Key is still under way */
            readonly 409: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large: The body is too large */
            readonly 413: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type: The content type is not JSON */
            readonly 415: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description idempotency_key_reused: The Idempotency-Key was used for another request */
            readonly 422: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited: Too many requests */
            readonly 429: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_keys_unavailable: The keys that verify tokens cannot be fetched; secrets_unavailable: Secrets Manager cannot be asked; overloaded: The service has more to do than it can take on; database_unavailable: The database cannot be reached; statement_timed_out: The database took too long */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly getReconciliation: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly runId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A run of a reconciliation with Stripe. */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Reconciliation"];
                };
            };
            /** @description validation_failed: The request does not have the expected shape */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_missing: There is no bearer token; token_invalid: The bearer token is not valid; token_expired: The bearer token has expired */
            readonly 401: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing: The token lacks a scope */
            readonly 403: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description reconciliation_not_found: No such reconciliation is recorded */
            readonly 404: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited: Too many requests */
            readonly 429: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_keys_unavailable: The keys that verify tokens cannot be fetched; secrets_unavailable: Secrets Manager cannot be asked; overloaded: The service has more to do than it can take on; database_unavailable: The database cannot be reached; statement_timed_out: The database took too long */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly getWebhookSecrets: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description How far the rotation of the webhook secret has got, over all tasks. */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["SecretRotation"];
                };
            };
            /** @description validation_failed: The request does not have the expected shape */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_missing: There is no bearer token; token_invalid: The bearer token is not valid; token_expired: The bearer token has expired */
            readonly 401: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing: The token lacks a scope */
            readonly 403: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited: Too many requests */
            readonly 429: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_keys_unavailable: The keys that verify tokens cannot be fetched; secrets_unavailable: Secrets Manager cannot be asked; overloaded: The service has more to do than it can take on; database_unavailable: The database cannot be reached; statement_timed_out: The database took too long; secrets_unavailable: Secrets Manager cannot be asked */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly trace: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description What Stripe says, and what was received, booked and published. */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Trace"];
                };
            };
            /** @description validation_failed: The request does not have the expected shape */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_missing: There is no bearer token; token_invalid: The bearer token is not valid; token_expired: The bearer token has expired */
            readonly 401: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing: The token lacks a scope */
            readonly 403: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited: Too many requests */
            readonly 429: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_keys_unavailable: The keys that verify tokens cannot be fetched; secrets_unavailable: Secrets Manager cannot be asked; overloaded: The service has more to do than it can take on; database_unavailable: The database cannot be reached; statement_timed_out: The database took too long; row_locked: Somebody else is changing the same thing */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly listSubscriptions: {
        readonly parameters: {
            readonly query?: {
                /** @description The user to act for; another than the sub of the token needs the scope accounts:write. */
                readonly userId?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Those that have not ended, the newest first. */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Subscriptions"];
                };
            };
            /** @description validation_failed: The request does not have the expected shape */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_missing: There is no bearer token; token_invalid: The bearer token is not valid; token_expired: The bearer token has expired */
            readonly 401: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing: The token lacks a scope */
            readonly 403: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited: Too many requests */
            readonly 429: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_keys_unavailable: The keys that verify tokens cannot be fetched; secrets_unavailable: Secrets Manager cannot be asked; overloaded: The service has more to do than it can take on; database_unavailable: The database cannot be reached; statement_timed_out: The database took too long */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly listEntitlements: {
        readonly parameters: {
            readonly query?: {
                /** @description The user to act for; another than the sub of the token needs the scope accounts:write. */
                readonly userId?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description What the active and trialing subscriptions entitle to. */
            readonly 200: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "userId": "buyer-1",
                     *       "entitlements": [
                     *         {
                     *           "name": "members-area",
                     *           "quantity": 1
                     *         }
                     *       ]
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Entitlements"];
                };
            };
            /** @description validation_failed: The request does not have the expected shape */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_missing: There is no bearer token; token_invalid: The bearer token is not valid; token_expired: The bearer token has expired */
            readonly 401: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing: The token lacks a scope */
            readonly 403: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited: Too many requests */
            readonly 429: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_keys_unavailable: The keys that verify tokens cannot be fetched; secrets_unavailable: Secrets Manager cannot be asked; overloaded: The service has more to do than it can take on; database_unavailable: The database cannot be reached; statement_timed_out: The database took too long */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly createPortalSession: {
        readonly parameters: {
            readonly query?: {
                /** @description The user to act for; another than the sub of the token needs the scope accounts:write. */
                readonly userId?: string;
            };
            readonly header?: {
                /** @description Names this request, for repeating it without a second effect: the same key with the same body has the same answer, for 7 days, with the header Idempotency-Replayed: true. 1 to 255 printable ASCII characters. */
                readonly "idempotency-key"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "returnUrl": "https://app.example.com/account"
                 *     }
                 */
                readonly "application/json": components["schemas"]["NewPortalSession"];
            };
        };
        readonly responses: {
            /** @description The portal is open to the user. */
            readonly 201: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PortalSession"];
                };
            };
            /** @description malformed_json: The body is not JSON; validation_failed: The request does not have the expected shape */
            readonly 400: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_missing: There is no bearer token; token_invalid: The bearer token is not valid; token_expired: The bearer token has expired */
            readonly 401: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing: The token lacks a scope */
            readonly 403: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description customer_not_found: This user has no Stripe customer */
            readonly 404: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description idempotency_key_in_use: The first request with this Idempotency-Key is still under way */
            readonly 409: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large: The body is too large */
            readonly 413: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type: The content type is not JSON */
            readonly 415: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description redirect_url_not_allowed: The buyer may not be sent to this URL; idempotency_key_reused: The Idempotency-Key was used for another request */
            readonly 422: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited: Too many requests */
            readonly 429: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description stripe_customer_missing: Stripe no longer has the customer of this user; stripe_request_rejected: Stripe did not accept our request */
            readonly 502: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_keys_unavailable: The keys that verify tokens cannot be fetched; secrets_unavailable: Secrets Manager cannot be asked; overloaded: The service has more to do than it can take on; stripe_secret_key_not_configured: STRIPE_SECRET_KEY not configured; stripe_secret_key_rejected: Stripe rejected STRIPE_SECRET_KEY; stripe_account_mismatch: STRIPE_SECRET_KEY is of another Stripe account; stripe_permission_missing: STRIPE_SECRET_KEY lacks a permission; stripe_unavailable: Stripe cannot be reached or is limiting our rate; database_unavailable: The database cannot be reached; statement_timed_out: The database took too long */
            readonly 503: {
                headers: {
                    readonly "x-request-id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly receiveEvent: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/cloudevents+json": components["schemas"]["BillingEvent"];
            };
        };
        readonly responses: {
            /** @description It is taken. */
            readonly "2XX": {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It is not taken, and comes again. */
            readonly "4XX": {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}
