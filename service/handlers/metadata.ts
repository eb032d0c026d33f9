/** The keys under which objects in Stripe carry what Tollgate knows them by. */
export const metadataKeys = {
  /** Of sessions of ours, their payments and subscriptions: the checkout that they were made for. */
  checkoutId: 'tollgate_checkout_id',
  /** Of the same and of customers: the user. */
  userId: 'tollgate_user_id',
  /** Of customers: environments that share a Stripe account may have users of the same id. */
  environment: 'tollgate_environment',
  /**
   * Of a price of ours: the lookup key that it was made for. Stripe takes the key itself away when a
   * later price takes it over, and the subscriptions stay.
   */
  lookupKey: 'tollgate_lookup_key',
} as const;

/** What an id of a checkout in metadata must be, before it is looked for. */
export const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
